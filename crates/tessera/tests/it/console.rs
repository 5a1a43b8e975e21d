//! The console in the binary: its page and every file the page names, packed for those who take that.

use std::collections::BTreeSet;

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap};

use crate::mesh::Mesh;

async fn get(url: String, accept: &str) -> (u16, HeaderMap, Vec<u8>) {
    let request = reqwest::Client::new().get(url).header(ACCEPT, accept).header(ACCEPT_ENCODING, "gzip");
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    (status, headers, answer.bytes().await.unwrap().to_vec())
}

/// The files that a page loads: what stands in its `src` and `href`.
fn named(page: &str) -> BTreeSet<String> {
    let after = |mark: &str| page.split(mark).skip(1).filter_map(|rest| rest.split('"').next()).collect::<Vec<_>>();
    [after(" src=\""), after(" href=\"")].concat().into_iter().map(str::to_owned).collect()
}

#[test]
fn the_binary_has_the_page_and_every_file_it_names() {
    let mesh = Mesh::up();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        for path in ["/", "/marketplace?q=fraud", "/p/claims/fraud_signals/overview"] {
            let (status, headers, body) = get(format!("{}{path}", mesh.http), "text/html").await;
            assert_eq!(
                (status, &headers["content-type"]),
                (200, &"text/html; charset=utf-8".parse().unwrap()),
                "{path}"
            );
            let page = String::from_utf8(body).unwrap();
            assert!(page.contains("id=\"root\"") && !page.contains("<style") && !page.contains("http"), "{page}");
            let files = named(&page);
            assert!(files.iter().any(|file| file.ends_with(".js")) && files.iter().any(|file| file.ends_with(".css")));
            for file in files {
                let (status, headers, body) = get(format!("{}{file}", mesh.http), "*/*").await;
                assert_eq!(status, 200, "{file}");
                // A file of some size is packed; its first bytes say so.
                if headers.get("content-encoding").is_some_and(|encoding| encoding == "gzip") {
                    assert!(body.starts_with(&[0x1f, 0x8b]), "{file}");
                } else {
                    assert!(body.len() < 1_000, "{file} of {} bytes is sent as it is", body.len());
                }
            }
        }
        let (status, ..) = get(format!("{}/marketplace", mesh.http), "application/json").await;
        assert_eq!(status, 404, "a program is told that there is nothing");
    });
}
