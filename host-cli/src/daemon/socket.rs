//! The daemon's socket: HTTP and JSON on a UNIX socket, answered by the engine's thread.

use std::{
    io,
    os::unix::fs::{FileTypeExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
};

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Serialize;
use tokio::{net::UnixListener, sync::oneshot};

use crate::api::{DeviceInfo, Refusal, ServerChange, ServerState, Stats, TableRow, VirtualService};

/// What an operator asks; each with the way back.
pub enum Request {
    /// `virtual list`
    Virtuals(oneshot::Sender<Vec<VirtualService>>),
    /// `server list`
    Servers(oneshot::Sender<Vec<ServerState>>),
    /// `server add`
    Add(ServerChange, oneshot::Sender<Result<(), String>>),
    /// `server set`
    Set(ServerChange, oneshot::Sender<Result<(), String>>),
    /// `server remove`
    Remove(ServerChange, oneshot::Sender<Result<(), String>>),
    /// `table dump`
    Table(oneshot::Sender<Vec<TableRow>>),
    /// `stats`
    Stats(oneshot::Sender<Stats>),
    /// `device info`
    Device(oneshot::Sender<DeviceInfo>),
}

type Requests = mpsc::Sender<Request>;

/// The socket; its file goes with this value.
pub struct Socket {
    path: PathBuf,
}

impl Socket {
    /// Whether a daemon may listen at `path`: not where one is running, nor in another file's place.
    /// A socket that a dead daemon left may be replaced.
    pub fn free(path: &Path) -> io::Result<()> {
        let refused = |kind, why| Err(io::Error::new(kind, format!("{}: {why}", path.display())));
        match std::fs::symlink_metadata(path) {
            Ok(found) if !found.file_type().is_socket() => {
                refused(io::ErrorKind::AlreadyExists, "is there, and no socket")
            }
            Ok(_) if std::os::unix::net::UnixStream::connect(path).is_ok() => {
                refused(io::ErrorKind::AddrInUse, "a daemon is running there")
            }
            _ => Ok(()),
        }
    }

    /// Listens at `path`, if that is free, for the owner only, on a thread of its own.
    pub fn listen(path: &Path) -> io::Result<(Self, mpsc::Receiver<Request>)> {
        let named =
            |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        Self::free(path)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        // Under another name until its mode is right, so that nobody else finds it open.
        let hidden = path.with_extension("starting");
        let _ = std::fs::remove_file(&hidden);
        let listener = {
            let _guard = runtime.enter();
            UnixListener::bind(&hidden).map_err(named)?
        };
        std::fs::set_permissions(&hidden, std::fs::Permissions::from_mode(0o600)).map_err(named)?;
        std::fs::rename(&hidden, path).map_err(named)?;
        let (requests, received) = mpsc::channel();
        thread::Builder::new().name("socket".into()).spawn(move || {
            if let Err(error) =
                runtime.block_on(axum::serve(listener, routes(requests)).into_future())
            {
                tracing::error!("the socket has failed: {error}");
            }
        })?;
        Ok((Self { path: path.into() }, received))
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

fn routes(requests: Requests) -> Router {
    let server = get(|State(to): State<Requests>| tell(to, Request::Servers))
        .post(|State(to): State<Requests>, Json(body)| decide(to, body, Request::Add))
        .patch(|State(to): State<Requests>, Json(body)| decide(to, body, Request::Set))
        .delete(|State(to): State<Requests>, Json(body)| decide(to, body, Request::Remove));
    Router::new()
        .route("/virtual", get(|State(to): State<Requests>| tell(to, Request::Virtuals)))
        .route("/server", server)
        .route("/table", get(|State(to): State<Requests>| tell(to, Request::Table)))
        .route("/stats", get(|State(to): State<Requests>| tell(to, Request::Stats)))
        .route("/device", get(|State(to): State<Requests>| tell(to, Request::Device)))
        .with_state(requests)
}

/// Asks the engine and passes its answer on.
async fn tell<T: Serialize>(
    requests: Requests,
    request: fn(oneshot::Sender<T>) -> Request,
) -> Response {
    let (answer, answered) = oneshot::channel();
    if requests.send(request(answer)).is_err() {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "the daemon is ending");
    }
    match answered.await {
        Ok(value) => Json(value).into_response(),
        Err(_) => refuse(StatusCode::SERVICE_UNAVAILABLE, "the daemon is ending"),
    }
}

/// Asks the engine for a change.
async fn decide(
    requests: Requests,
    change: ServerChange,
    request: fn(ServerChange, oneshot::Sender<Result<(), String>>) -> Request,
) -> Response {
    let (answer, answered) = oneshot::channel();
    if requests.send(request(change, answer)).is_err() {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "the daemon is ending");
    }
    match answered.await {
        Ok(Ok(())) => Json(()).into_response(),
        Ok(Err(error)) => refuse(StatusCode::CONFLICT, &error),
        Err(_) => refuse(StatusCode::SERVICE_UNAVAILABLE, "the daemon is ending"),
    }
}

fn refuse(status: StatusCode, error: &str) -> Response {
    (status, Json(Refusal { error: error.into() })).into_response()
}
