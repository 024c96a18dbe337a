//! Pieces of work that keep one core busy each, several at a time.

use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;

/// How many: each takes up to a gigabyte.
const WORKERS: usize = 2;

/// Does `work` on each item; `heard` gets the results one by one, as they come.
pub fn each<T: Send, R: Send>(
    items: impl Iterator<Item = T> + Send,
    work: impl Fn(T) -> R + Sync,
    mut heard: impl FnMut(R),
) {
    let next = Mutex::new(items);
    let (sender, results) = channel();
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            let (next, work, sender) = (&next, &work, sender.clone());
            scope.spawn(move || {
                // The lock is held for the choice alone.
                let choose = || next.lock().expect("a panic elsewhere").next();
                while let Some(item) = choose() {
                    sender.send(work(item)).expect("a listener");
                }
            });
        }
        drop(sender);
        for result in results {
            heard(result);
        }
    });
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_item_is_done_once() {
        let mut seen = vec![];
        super::each(0..100, |item| item * 2, |result| seen.push(result));
        seen.sort_unstable();
        assert_eq!(seen, (0..100).map(|item| item * 2).collect::<Vec<_>>());
    }
}
