//! The commands that ask a running daemon, over its socket.

use std::{path::Path, time::Duration};

use reqwest::{Method, blocking::Client};
use serde::{Serialize, de::DeserializeOwned};

use crate::api::Refusal;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody listens at the socket.
    #[error("no daemon answers at {0}: {1}\nstart it with `designator run`, or name its socket")]
    NoDaemon(String, String),
    /// Somebody listens, and says nothing.
    #[error("the daemon at {0} has not answered within {1:?}: it is busy, or hangs")]
    Silent(String, Duration),
    /// The daemon refused.
    #[error("{0}")]
    Refused(String),
    /// The answer makes no sense: another version, perhaps.
    #[error("the daemon's answer cannot be read: {0}")]
    Answer(String),
}

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A daemon at its socket.
pub struct Daemon {
    client: Client,
    socket: String,
    timeout: Duration,
}

impl Daemon {
    /// The daemon at `socket`; nothing is asked yet.
    pub fn at(socket: &Path) -> Result<Self, Error> {
        Self::within(socket, TIMEOUT)
    }

    fn within(socket: &Path, timeout: Duration) -> Result<Self, Error> {
        let client = Client::builder().unix_socket(socket).timeout(timeout).build();
        let client = client.map_err(|error| Error::Answer(error.to_string()))?;
        Ok(Self { client, socket: socket.display().to_string(), timeout })
    }

    /// Asks for `what`.
    pub fn get<T: DeserializeOwned>(&self, what: &str) -> Result<T, Error> {
        self.request(Method::GET, what, &())
    }

    /// Asks for a change.
    pub fn change<B: Serialize>(&self, method: Method, what: &str, body: &B) -> Result<(), Error> {
        self.request(method, what, body)
    }

    fn request<T: DeserializeOwned, B: Serialize>(
        &self,
        method: Method,
        what: &str,
        body: &B,
    ) -> Result<T, Error> {
        let request = self.client.request(method, format!("http://designator/{what}")).json(body);
        let silent = || Error::Silent(self.socket.clone(), self.timeout);
        let answer = request.send().map_err(|error| {
            if error.is_timeout() {
                return silent();
            }
            let cause =
                std::iter::successors(Some(&error as &dyn std::error::Error), |e| e.source());
            Error::NoDaemon(
                self.socket.clone(),
                cause.last().map_or(String::new(), |e| e.to_string()),
            )
        })?;
        let status = answer.status();
        let text = answer.text().map_err(|error| match error.is_timeout() {
            true => silent(),
            false => Error::Answer(error.to_string()),
        })?;
        if status.is_success() {
            return serde_json::from_str(&text).map_err(|error| Error::Answer(error.to_string()));
        }
        match serde_json::from_str::<Refusal>(&text) {
            Ok(refusal) => Err(Error::Refused(refusal.error)),
            Err(_) => Err(Error::Answer(format!("{status}: {text}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;

    #[test]
    fn a_daemon_that_does_not_answer_is_not_a_missing_one() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let _listener = UnixListener::bind(&socket).unwrap();
        let daemon = Daemon::within(&socket, Duration::from_millis(50)).unwrap();
        let error = daemon.get::<()>("stats").unwrap_err();
        assert!(matches!(error, Error::Silent(..)), "{error}");
    }
}
