//! What the command says, and its exit status, when something is wrong.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

fn designator(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_designator")).args(args).output().expect("the command")
}

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/seed.toml")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// A faulty file is refused wherever one is read, with the place of each fault.
#[test]
fn a_bad_configuration_is_refused_with_line_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.toml");
    let good = fs::read_to_string(example()).unwrap();
    let bad = good.replace("\"10.10.1.1\"", "\"10.10.1\"").replace("weight = 2", "weight = -2");
    fs::write(&file, &bad).unwrap();
    let place = |needle: &str, ahead: usize| {
        let (row, line) = bad.lines().enumerate().find(|(_, l)| l.contains(needle)).unwrap();
        [row + 1, line.find(needle).unwrap() + ahead + 1]
    };
    let places = [place("\"10.10.1\"", 0), place("weight = -2", "weight = ".len())];

    let (file, capture) = (text(&file), "nothing.pcap");
    let commands: [&[&str]; 3] = [
        &["config", "check", file],
        &["replay", "--device", "model", "--config", file, "--conversation", capture],
        &["run", "--device", "model", "--config", file, "--external", "a", "--internal", "b"],
    ];
    for command in commands {
        let out = designator(&[&["--json"], command].concat());
        assert_eq!(out.status.code(), Some(2), "{command:?}: {out:?}");
        let answer: Value = serde_json::from_slice(&out.stdout).unwrap();
        let problems = answer["problems"].as_array().unwrap();
        let found: Vec<_> =
            problems.iter().map(|row| json!([row["line"], row["column"]])).collect();
        assert_eq!(json!(found), json!(places), "{command:?}: {answer}");

        let out = designator(command);
        assert_eq!((out.status.code(), out.stdout.is_empty()), (Some(2), true), "{command:?}");
        let said = String::from_utf8(out.stderr).unwrap();
        for [line, column] in places {
            assert!(said.contains(&format!("{file}:{line}:{column}")), "{said}");
        }
    }
    assert_eq!(designator(&["config", "check", text(&example())]).status.code(), Some(0));
}

#[test]
fn a_missing_configuration_is_named() {
    let out = designator(&["config", "check", "/nowhere/at-all.toml"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("/nowhere/at-all.toml"), "{out:?}");
}

#[test]
fn a_missing_capture_is_named() {
    let (config, capture) = (example(), "/nowhere/at-all.pcap");
    let args =
        ["replay", "--device", "model", "--config", text(&config), "--conversation", capture];
    let out = designator(&args);
    assert_eq!(out.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&out.stderr).contains(capture), "{out:?}");
}

/// No socket, and one that a daemon has left behind.
#[test]
fn a_dead_socket_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (missing, left) = (folder.path().join("missing"), folder.path().join("left"));
    drop(UnixListener::bind(&left).unwrap());
    for socket in [missing, left] {
        let socket = text(&socket);
        let out = designator(&["--socket", socket, "server", "list"]);
        assert_eq!((out.status.code(), out.stdout.is_empty()), (Some(1), true), "{out:?}");
        assert!(String::from_utf8_lossy(&out.stderr).contains(socket), "{out:?}");
        let out = designator(&["--json", "--socket", socket, "stats"]);
        assert_eq!(out.status.code(), Some(1), "{out:?}");
        let answer: Value = serde_json::from_slice(&out.stdout).unwrap();
        assert!(answer["error"].as_str().unwrap().contains(socket), "{answer}");
    }
}

/// What stands at the socket's path and is none is left alone.
#[test]
fn a_daemon_does_not_replace_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("precious");
    fs::write(&file, "text").unwrap();
    let out = Daemon::command(&file, &[], "").output().expect("unshare (util-linux)");
    assert_eq!(out.status.code(), Some(1), "{out:?}");
    assert!(String::from_utf8_lossy(&out.stderr).contains("precious"), "{out:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "text");
}

#[test]
fn an_unknown_interface_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (socket, elsewhere) = (folder.path().join("socket"), ["--external", "nowhere0"]);
    let out = Daemon::command(&socket, &elsewhere, "").output().expect("unshare (util-linux)");
    assert_eq!(out.status.code(), Some(1), "{out:?}");
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(said.contains("nowhere0: No such device"), "{said}");
}

/// `designator ... | head` ends without a word.
#[test]
fn a_reader_may_leave() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let out = Command::new(env!("CARGO_BIN_EXE_designator"))
        .args(["config", "check", text(&example())])
        .stdout(writer)
        .output()
        .unwrap();
    assert_eq!((out.status.code(), out.stderr.is_empty()), (Some(0), true), "{out:?}");
}

/// A daemon between two interfaces of a network namespace of its own; it ends with this value.
struct Daemon(Child);

impl Daemon {
    /// `then` is done there once the daemon answers.
    fn start(socket: &Path, then: &str) -> Self {
        let child = Self::command(socket, &["--external", "l0", "--internal", "r0"], then)
            .stdout(Stdio::null())
            .spawn();
        let mut daemon = Self(child.expect("unshare (util-linux)"));
        while !socket.exists() {
            let ended = daemon.0.try_wait().unwrap();
            assert_eq!(
                ended, None,
                "the daemon needs root or user namespaces, ip and /dev/net/tun"
            );
            std::thread::yield_now();
        }
        daemon
    }

    fn command(socket: &Path, interfaces: &[&str], then: &str) -> Command {
        let script = "ip link add l0 type veth peer name l1 \
            && ip link add r0 type veth peer name r1 || exit \n\
            [ -z \"$2\" ] || ( until [ -S \"$1\" ]; do sleep 0.01; done; eval \"$2\" ) & shift 2; exec \"$@\"";
        // Root needs no user namespace, and has none in a chroot (user_namespaces(7)).
        let root = fs::metadata("/proc/self").is_ok_and(|of| of.uid() == 0);
        let user: &[&str] = if root { &[] } else { &["--user", "--map-root-user"] };
        let mut command = Command::new("unshare");
        command
            .args(user)
            .args(["--net", "sh", "-c", script, "sh", text(socket), then])
            .args([env!("CARGO_BIN_EXE_designator"), "--socket", text(socket), "run"])
            .args(["--device", "model", "--config", text(&example())])
            .args(interfaces);
        command
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn an_unknown_server_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("socket");
    let _daemon = Daemon::start(&socket, "");
    let asked = |command: &[&str]| {
        let out = designator(&[&["--json", "--socket", text(&socket)], command].concat());
        (out.status.code(), serde_json::from_slice::<Value>(&out.stdout).unwrap())
    };
    let before = asked(&["virtual", "list"]);
    assert_eq!(before.0, Some(0), "{before:?}");
    let (vip, stranger, known) = ("200.200.100.1", "10.10.1.9", "10.10.1.1");
    let cases: [(&[&str], &str); 5] = [
        (&["server", "set", vip, stranger, "--weight", "3"], stranger),
        (&["server", "remove", vip, stranger], stranger),
        (&["server", "remove", "--kill", vip, stranger], stranger),
        (&["server", "remove", stranger, known], stranger),
        (&["server", "add", vip, known], known),
    ];
    for (command, named) in cases {
        let (status, answer) = asked(command);
        assert_eq!(status, Some(1), "{command:?}: {answer}");
        assert!(answer["error"].as_str().unwrap().contains(named), "{command:?}: {answer}");
    }
    assert_eq!(asked(&["virtual", "list"]), before);
}

/// What the kernel does not take is lost; the daemon goes on.
#[test]
fn a_tap_device_may_be_down() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("socket");
    // A packet to an unknown neighbour: the kernel asks for it by ARP, and again.
    let ask = "ip link set dsg-ext down; ip link set l0 up; ip link set l1 up; \
        ip addr add 192.0.2.1/24 dev l1; bash -c 'echo > /dev/udp/192.0.2.2/9'";
    let _daemon = Daemon::start(&socket, ask);
    let seen = || {
        let out = designator(&["--json", "--socket", text(&socket), "stats"]);
        assert_eq!(out.status.code(), Some(0), "{out:?}");
        serde_json::from_slice::<Value>(&out.stdout).unwrap()["lost"].as_u64().unwrap()
    };
    let first = (0..1000).find_map(|_| Some(seen()).filter(|frames| *frames > 0));
    assert!(first.is_some(), "no frame for the host came in");
    assert!(seen() > 0);
}

/// Stopped by a signal, the daemon takes its socket away and leaves the interfaces as they were.
#[test]
fn a_daemon_that_is_stopped_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (socket, left) = (folder.path().join("socket"), folder.path().join("left"));
    let stop = format!(
        "cat /proc/sys/net/ipv4/conf/l0/arp_ignore > {0}; kill -TERM $$; \
        while kill -0 $$ 2>/dev/null; do sleep 0.01; done; \
        cat /proc/sys/net/ipv4/conf/l0/arp_ignore >> {0}",
        text(&left)
    );
    let mut daemon = Daemon::start(&socket, &stop);
    assert!(daemon.0.wait().unwrap().success());
    assert!(!socket.exists());
    let seen = || fs::read_to_string(&left).unwrap_or_default();
    while seen().lines().count() < 2 {
        std::thread::yield_now();
    }
    assert_eq!(seen(), "8\n0\n");
}

/// A second daemon on the same host, at the same socket and at another: it says what is in its way.
#[test]
fn a_second_daemon_says_that_one_is_running() {
    let folder = tempfile::tempdir().unwrap();
    let [socket, other, said] = ["socket", "other", "said"].map(|name| folder.path().join(name));
    let again = |socket: &Path| {
        let arguments = "run --device model --external l0 --internal r0 --config";
        let designator = env!("CARGO_BIN_EXE_designator");
        format!("{designator} --socket {} {arguments} {}; ", text(socket), text(&example()))
    };
    let (twice, said) = ([again(&socket), again(&other)].concat(), text(&said));
    let _daemon = Daemon::start(&socket, &format!("( {twice} ) 2> {said}; touch {said}.all"));
    while !Path::new(&format!("{said}.all")).exists() {
        std::thread::yield_now();
    }
    let said = fs::read_to_string(said).unwrap();
    assert!(said.contains("socket: a daemon is running there"), "{said}");
    assert!(said.contains("dsg-ext: ") && said.contains("is another daemon running?"), "{said}");
}
