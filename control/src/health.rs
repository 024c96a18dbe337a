//! Passive health: a server is judged by whether it answers, and nothing is sent to it for that.
//!
//! Evidence of silence are requests and control messages that come again because no answer came.
//! Enough of it, over enough time, without a sign of life in between: dead. A dead server gets no
//! tunnels but a trial now and then; answering one brings it back. Neither a single lost packet
//! nor a single late one changes anything.

use crate::config::Limits;
use std::time::Duration;

/// Why a server counts as dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Requests for new tunnels are not answered.
    Requests,
    /// Control messages of its tunnels are not answered.
    Messages,
}

/// What a server does for new tunnels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerState {
    /// It gets its share.
    Up,
    /// It does not answer: it gets a trial tunnel now and then.
    Down(Reason),
    /// It was removed and keeps the tunnels that it has.
    Draining,
}

/// What is known of a server's life.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Health {
    /// Dead, and why.
    down: Option<Reason>,
    /// Since when it is up or down.
    since: Duration,
    /// When it was last heard, if ever.
    heard: Option<Duration>,
    /// Evidence of silence since then.
    silent: u32,
    /// When the first of it was.
    silent_from: Duration,
    /// When a dead server may have its next trial.
    trial: Duration,
}

impl Health {
    /// A server that is new to the farm counts as alive.
    pub fn new(now: Duration) -> Self {
        let zero = Duration::ZERO;
        Self { down: None, since: now, heard: None, silent: 0, silent_from: zero, trial: zero }
    }

    /// Dead, and why.
    pub fn down(&self) -> Option<Reason> {
        self.down
    }

    /// Since when it is what it is.
    pub fn since(&self) -> Duration {
        self.since
    }

    /// Whether it may get a tunnel now, be it a trial.
    pub fn eligible(&self, now: Duration) -> bool {
        self.down.is_none() || now >= self.trial
    }

    /// It got a tunnel: a dead one's trial begins.
    pub fn tried(&mut self, now: Duration, limits: &Limits) {
        self.trial = now + limits.trial_interval;
    }

    /// Something came from it.
    pub fn heard(&mut self, now: Duration) {
        self.heard = Some(now);
        self.silent = 0;
    }

    /// It answered a request. True when that brings it back.
    pub fn answered(&mut self, now: Duration) -> bool {
        self.heard(now);
        let back = self.down.take().is_some();
        if back {
            self.since = now;
        }
        back
    }

    /// What was asked at `asked` is still unanswered. True when that makes it dead.
    pub fn silent(
        &mut self,
        now: Duration,
        asked: Duration,
        reason: Reason,
        limits: &Limits,
    ) -> bool {
        if self.down.is_some() || self.heard.is_some_and(|heard| heard >= asked) {
            return false;
        }
        if self.silent == 0 {
            self.silent_from = asked;
        }
        self.silent += 1;
        let long = now.saturating_sub(self.silent_from) >= limits.silent_time;
        let dead = long && self.silent >= limits.silent_messages;
        if dead {
            self.down = Some(reason);
            self.since = now;
            self.trial = now + limits.trial_interval;
        }
        dead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn silence_needs_number_and_time() {
        let limits = Limits::default();
        let mut health = Health::new(at(0));
        for _ in 0..9 {
            assert!(!health.silent(at(1), at(0), Reason::Requests, &limits), "too short");
        }
        assert!(health.silent(at(7), at(0), Reason::Requests, &limits));
        assert_eq!(health.down(), Some(Reason::Requests));
        let mut health = Health::new(at(0));
        assert!(!health.silent(at(60), at(0), Reason::Requests, &limits), "too few");
    }

    #[test]
    fn a_sign_of_life_resets_and_outdates_older_questions() {
        let limits = Limits::default();
        let mut health = Health::new(at(0));
        health.silent(at(3), at(0), Reason::Messages, &limits);
        health.silent(at(6), at(0), Reason::Messages, &limits);
        health.heard(at(7));
        for second in 8..20 {
            assert!(!health.silent(at(second), at(6), Reason::Messages, &limits));
        }
        assert!(!health.silent(at(20), at(8), Reason::Messages, &limits));
    }

    #[test]
    fn only_an_answered_trial_brings_it_back() {
        let limits = Limits::default();
        let mut health = Health::new(at(0));
        (1..=3).for_each(|n| _ = health.silent(at(5 * n), at(0), Reason::Requests, &limits));
        assert!(!health.eligible(at(16)));
        health.heard(at(17));
        assert!(health.down().is_some() && !health.eligible(at(17)));
        assert!(health.eligible(at(15) + limits.trial_interval));
        health.tried(at(40), &limits);
        assert!(!health.eligible(at(41)), "one trial at a time");
        assert!(health.answered(at(41)) && health.eligible(at(41)));
        assert_eq!(health.since(), at(41));
    }
}
