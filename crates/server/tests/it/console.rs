//! The console's files on the HTTP door: who gets which, how long it is kept, what a browser may do with it.

use axum::http::{Method, StatusCode};

use super::support::{Reply, World, run};

const FILES: &[(&str, &str)] = &[
    ("index.html", "<!doctype html>"),
    ("theme.js", "theme"),
    ("assets/main-0a1b2c3d.js", "main"),
    ("assets/main-0a1b2c3d.js.gz", "compressed"),
];

const BROWSER: [(&str, &str); 2] =
    [("accept", "text/html,application/xhtml+xml,*/*;q=0.8"), ("accept-encoding", "gzip, br")];

async fn get(world: &World, path: &str, headers: &[(&str, &str)]) -> Reply {
    world.call(None, Method::GET, path, None, headers).await
}

#[test]
fn a_person_who_opens_an_address_gets_the_index_and_a_program_does_not() {
    run(async {
        let world = World::with_console(FILES).await;
        for path in ["/", "/marketplace?q=fraud", "/p/claims/fraud_signals/schema", "/d/a.b", "/index.html"] {
            let page = get(&world, path, &BROWSER).await;
            assert_eq!((page.status, page.text().as_str()), (StatusCode::OK, "<!doctype html>"), "{path}");
            assert_eq!(page.headers["cache-control"], "no-cache", "{path}");
        }
        for path in ["/marketplace", "/p/claims/fraud_signals/schema"] {
            assert_eq!(get(&world, path, &[("accept", "application/json")]).await.code(), "not-found", "{path}");
            assert_eq!(get(&world, path, &[("accept", "*/*")]).await.code(), "not-found", "{path}");
            assert_eq!(get(&world, path, &[("accept", "text/html;q=0")]).await.code(), "not-found", "{path}");
            let sent = world.call(None, Method::POST, path, None, &BROWSER).await;
            assert_eq!(sent.code(), "not-found", "{path}");
        }
        world.stop().await;
    });
}

#[test]
fn what_is_the_apis_stays_the_apis_whoever_asks() {
    run(async {
        let world = World::with_console(FILES).await;
        for path in
            ["/api/v1/nothing", "/api", "/api/", "//api/v1/nothing", "/healthz/nothing", "/metrics/", "/readyz/x"]
        {
            assert_eq!(get(&world, path, &BROWSER).await.code(), "not-found", "{path}");
        }
        assert_eq!(get(&world, "/api/v1/whoami", &BROWSER).await.code(), "bad-credentials");
        assert_eq!(get(&world, "/healthz", &BROWSER).await.headers["content-type"], "application/json");
        world.stop().await;
    });
}

#[test]
fn an_asset_is_kept_for_ever_compressed_for_who_takes_it_and_absent_if_unknown() {
    run(async {
        let world = World::with_console(FILES).await;
        let asset = get(&world, "/assets/main-0a1b2c3d.js", &BROWSER).await;
        assert_eq!(
            (asset.text().as_str(), &asset.headers["content-encoding"]),
            ("compressed", &"gzip".parse().unwrap())
        );
        assert_eq!(asset.headers["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(asset.headers["content-type"], "text/javascript; charset=utf-8");
        let plain = get(&world, "/assets/main-0a1b2c3d.js", &[("accept-encoding", "gzip;q=0")]).await;
        assert_eq!((plain.text().as_str(), plain.headers.get("content-encoding")), ("main", None));
        for reply in [&asset, &plain] {
            assert_eq!(reply.headers["vary"], "accept-encoding");
        }
        assert_eq!(get(&world, "/theme.js", &BROWSER).await.headers["cache-control"], "no-cache");
        let strange = ["/assets/main-ffffffff.js", "/assets/", "/assets/../index.html", "/assets/main-0a1b2c3d.js.gz"];
        for path in strange {
            assert_eq!(get(&world, path, &BROWSER).await.code(), "not-found", "{path}");
        }
        world.stop().await;
    });
}

#[test]
fn a_page_may_load_from_its_own_address_only_and_stand_in_no_frame() {
    run(async {
        let world = World::with_console(FILES).await;
        for path in ["/", "/assets/main-0a1b2c3d.js", "/theme.js", "/my-access"] {
            let reply = get(&world, path, &BROWSER).await;
            let policy = reply.headers["content-security-policy"].to_str().unwrap();
            let parts: Vec<&str> = policy.split(';').map(str::trim).collect();
            for part in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"] {
                assert!(parts.contains(&part), "{path}: {policy}");
            }
            for part in ["base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"] {
                assert!(parts.contains(&part), "{path}: {policy}");
            }
            assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"), "{policy}");
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "no-referrer"),
                ("x-frame-options", "DENY"),
                ("cross-origin-resource-policy", "same-origin"),
            ] {
                assert_eq!(reply.headers[name], value, "{path}");
            }
            assert!(!reply.headers.contains_key("set-cookie") && reply.headers.contains_key("x-request-id"), "{path}");
        }
        world.stop().await;
    });
}

#[test]
fn without_a_console_there_is_nothing_beside_the_api() {
    run(async {
        let world = World::empty().await;
        assert_eq!(get(&world, "/", &BROWSER).await.code(), "not-found");
        world.stop().await;
    });
}
