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
}

impl Daemon {
    /// The daemon at `socket`; nothing is asked yet.
    pub fn at(socket: &Path) -> Result<Self, Error> {
        let client = Client::builder().unix_socket(socket).timeout(TIMEOUT).build();
        let client = client.map_err(|error| Error::Answer(error.to_string()))?;
        Ok(Self { client, socket: socket.display().to_string() })
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
        let answer = request.send().map_err(|error| {
            let cause =
                std::iter::successors(Some(&error as &dyn std::error::Error), |e| e.source());
            Error::NoDaemon(
                self.socket.clone(),
                cause.last().map_or(String::new(), |e| e.to_string()),
            )
        })?;
        let status = answer.status();
        let text = answer.text().map_err(|error| Error::Answer(error.to_string()))?;
        if status.is_success() {
            return serde_json::from_str(&text).map_err(|error| Error::Answer(error.to_string()));
        }
        match serde_json::from_str::<Refusal>(&text) {
            Ok(refusal) => Err(Error::Refused(refusal.error)),
            Err(_) => Err(Error::Answer(format!("{status}: {text}"))),
        }
    }
}
