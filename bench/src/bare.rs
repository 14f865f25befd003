//! The bare handler: what an axum server costs that keeps values and checks nothing.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use redis::aio::MultiplexedConnection;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The lifetime of what is stored, in seconds, as the server's default.
const EXPIRY: u64 = 604_800;

/// Serves `POST /create/{key}`, which answers 201 and a line of JSON, and `POST /claim/{key}`, which
/// answers the value and forgets it. Prints its address.
pub(crate) fn serve(redis: Option<&str>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let router = match redis {
            Some(url) => {
                let client = redis::Client::open(url)?;
                let connection = client.get_multiplexed_async_connection().await?;
                Router::new()
                    .route("/create/{key}", post(set))
                    .route("/claim/{key}", post(get_del))
                    .with_state(connection)
            }
            None => Router::new()
                .route("/create/{key}", post(insert))
                .route("/claim/{key}", post(remove))
                .with_state(Arc::default()),
        };
        let listen = std::env::var("BARE_LISTEN")?;
        let listener = tokio::net::TcpListener::bind(listen).await?;
        let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
            let _ = stream.set_nodelay(true);
        });
        axum::serve(listener, router.layer(DefaultBodyLimit::disable())).await?;
        Ok(())
    })
}

#[derive(serde::Serialize)]
struct Created {
    id: String,
}

async fn set(
    State(mut connection): State<MultiplexedConnection>,
    Path(key): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<Created>), StatusCode> {
    let mut command = redis::cmd("SET");
    command.arg(&key).arg(&*body).arg("EX").arg(EXPIRY);
    command.exec_async(&mut connection).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    Ok((StatusCode::CREATED, Json(Created { id: key })))
}

async fn get_del(
    State(mut connection): State<MultiplexedConnection>,
    Path(key): Path<String>,
) -> Result<Vec<u8>, StatusCode> {
    let mut command = redis::cmd("GETDEL");
    let value: Option<Vec<u8>> =
        command.arg(&key).query_async(&mut connection).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    value.ok_or(StatusCode::NOT_FOUND)
}

type Map = Arc<Mutex<HashMap<String, Bytes>>>;

async fn insert(State(map): State<Map>, Path(key): Path<String>, body: Bytes) -> (StatusCode, Json<Created>) {
    map.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), body);
    (StatusCode::CREATED, Json(Created { id: key }))
}

async fn remove(State(map): State<Map>, Path(key): Path<String>) -> Result<Bytes, StatusCode> {
    map.lock().unwrap_or_else(PoisonError::into_inner).remove(&key).ok_or(StatusCode::NOT_FOUND)
}
