//! Fixture F1 behind a running server, and a token for everybody in it.

use std::{collections::HashMap, path::Path, sync::Arc};

use axum::{
    Router,
    body::Body,
    http::{Request, header},
};
use model::time::Clock;
use serde_json::{Value, json};
use server::{Config, Running};
use tempfile::TempDir;
use tokio::sync::{Mutex, OnceCell};
use tower::ServiceExt as _;

use crate::{
    f1::{F1, World},
    slt::Login,
    support::Reply,
};

/// The server, its fixture's folder, and the tokens made so far.
pub struct F1House {
    pub running: Running,
    pub router: Router,
    pub folder: TempDir,
    clock: Arc<dyn Clock>,
    tokens: Mutex<HashMap<String, String>>,
}

impl F1House {
    /// The house that tests share; they must not change it.
    pub async fn shared() -> &'static Self {
        static SHARED: OnceCell<F1House> = OnceCell::const_new();
        SHARED.get_or_init(|| Self::start(World::ONE)).await
    }

    /// A house of one's own.
    pub async fn start(world: World) -> Self {
        Self::serve(F1::build(world).await).await
    }

    /// A house on a fixture that is built.
    pub async fn serve(f1: F1) -> Self {
        let data = f1.data();
        // One owner of the journal at a time: the fixture's own handles go before the server's come.
        let F1 { folder, gateway, registry, activity, clock, .. } = f1;
        drop((gateway, registry, activity));
        Self::open(folder, &data, clock, HashMap::new()).await
    }

    /// The house after a restart of its server.
    pub async fn again(self) -> Self {
        let Self { running, router, folder, clock, tokens } = self;
        drop(router);
        running.stop().await;
        let data = folder.path().canonicalize().unwrap().join("data");
        Self::open(folder, &data, clock, tokens.into_inner()).await
    }

    async fn open(folder: TempDir, data: &Path, clock: Arc<dyn Clock>, tokens: HashMap<String, String>) -> Self {
        let mut config = Config::local(data.to_owned());
        config.clock = Arc::clone(&clock);
        let running = server::start(config).await.unwrap_or_else(|problem| panic!("{problem} {problem:?}"));
        let router = server::http::door(running.house().clone()).0;
        Self { running, router, folder, clock, tokens: Mutex::new(tokens) }
    }

    /// Somebody's token.
    pub async fn token(&self, user: &str) -> String {
        let mut tokens = self.tokens.lock().await;
        if let Some(token) = tokens.get(user) {
            return token.clone();
        }
        let registry = &self.running.house().registry;
        let text = registry::secret::token_text(&registry::secret::random());
        let hash = registry::secret::token_hash(&text).unwrap();
        let mesh = registry.mesh();
        let admin = mesh.principal_named("admin").unwrap();
        let actor = governance::authorise::Actor {
            groups: mesh.groups_of(&admin),
            principal: admin,
            scopes: None,
            genesis: false,
        };
        let command = registry::Command::CreateToken {
            principal: mesh.principal_named(user).unwrap_or_else(|| panic!("nobody is called {user}")),
            label: None,
            scopes: Vec::new(),
            purpose: None,
            until: None,
            hash,
        };
        let context = registry::Context { actor, command_id: format!("token-{user}"), via: "test" };
        registry.execute(command, context).await.unwrap();
        tokens.insert(user.to_owned(), text.clone());
        text
    }

    /// A request over HTTP.
    pub async fn call(&self, user: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
        let token = self.token(user).await;
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        request = request.header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body.to_string())).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 64 << 20).await.map(|bytes| bytes.to_vec()).unwrap_or_default();
        Reply { status: parts.status, headers: parts.headers, bytes }
    }

    /// A statement over HTTP.
    pub async fn query(&self, login: &Login, sql: &str) -> Reply {
        let headers: Vec<(&str, &str)> =
            login.purpose.as_deref().map(|purpose| ("x-tessera-purpose", purpose)).into_iter().collect();
        self.call(&login.user, "POST", "/api/v1/query", &headers, &json!({"sql": sql})).await
    }
}
