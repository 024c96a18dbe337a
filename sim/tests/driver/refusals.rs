//! Devices that are not there, are others, or do not answer.

use std::time::Duration;

use driver::{Config, Device as Driver, Error, Memory, Transport, TransportError};
use sim::Soft;
use spec::limits::CAPACITY_2K;
use spec::register;

use super::{SECRET, config};

/// A soft device with a fault.
struct Faulty {
    soft: Soft,
    /// A register that reads as something else.
    lie: Option<(u32, u32)>,
    /// It never works.
    stuck: bool,
    /// From here on all reads are ones.
    gone: bool,
}

impl Faulty {
    fn new() -> Self {
        Self { soft: Soft::new(CAPACITY_2K), lie: None, stuck: false, gone: false }
    }
}

type Result<T> = std::result::Result<T, TransportError>;

impl Transport for Faulty {
    fn read32(&mut self, offset: u32) -> Result<u32> {
        match self.lie {
            _ if self.gone => Ok(u32::MAX),
            Some((at, value)) if at == offset => Ok(value),
            _ => self.soft.read32(offset),
        }
    }
    fn write32(&mut self, offset: u32, value: u32) -> Result<()> {
        self.soft.write32(offset, value)
    }
    fn allocate(&mut self, len: usize) -> Result<Memory> {
        self.soft.allocate(len)
    }
    fn read(&mut self, memory: &Memory, offset: usize, bytes: &mut [u8]) -> Result<()> {
        self.soft.read(memory, offset, bytes)
    }
    fn write(&mut self, memory: &Memory, offset: usize, bytes: &[u8]) -> Result<()> {
        self.soft.write(memory, offset, bytes)
    }
    fn relax(&mut self) -> Result<()> {
        if self.stuck { Ok(()) } else { self.soft.relax() }
    }
}

fn refusal(device: Faulty) -> Error {
    let config = Config { timeout: Duration::from_millis(20), ..config() };
    match Driver::open(device, &SECRET, &config) {
        Ok(_) => panic!("the device was accepted"),
        Err(error) => error,
    }
}

#[test]
fn another_device_is_refused_by_name() {
    let error = refusal(Faulty { lie: Some((register::ID, 0x1234_5678)), ..Faulty::new() });
    let text = error.to_string();
    assert!(text.contains("0x12345678") && text.contains("0x54445347"), "{text}");
}

#[test]
fn another_layout_is_refused_naming_both() {
    let error = refusal(Faulty { lie: Some((register::LAYOUT_LOW, 0xdead_beef)), ..Faulty::new() });
    let text = error.to_string();
    let ours = format!("{:016x}", spec::LAYOUT_HASH);
    assert!(text.contains("deadbeef") && text.contains(&ours), "{text}");
}

#[test]
fn other_sizes_are_refused() {
    for (register, value) in [(register::ROWS, 2000), (register::STASH_ROWS, 9)] {
        let error = refusal(Faulty { lie: Some((register, value)), ..Faulty::new() });
        assert!(error.to_string().contains(&value.to_string()), "{error}");
    }
}

#[test]
fn no_device_is_noticed() {
    let error = refusal(Faulty { gone: true, ..Faulty::new() });
    assert!(matches!(error, Error::Transport(TransportError::Gone)), "{error:?}");
    let error = refusal(Faulty { stuck: true, ..Faulty::new() });
    assert!(matches!(error, Error::Timeout(_)), "{error:?}");

    let mut driver = Driver::open(Faulty::new(), &SECRET, &config()).unwrap();
    driver.transport().stuck = true;
    driver.transport().gone = true;
    let mut device = driver.close();
    device.gone = false;
    let short = Config { timeout: Duration::from_millis(20), ..config() };
    device.stuck = false;
    let mut driver = Driver::resume(device, &SECRET, &short).unwrap();
    driver.transport().stuck = true;
    driver.transport().gone = true;
    let error = driver.settle().unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::Gone)), "{error:?}");
}

#[test]
fn a_device_resumed_with_another_secret_is_left_alone() {
    let mut driver = Driver::open(Faulty::new(), &SECRET, &config()).unwrap();
    for number in 0..100 {
        driver.insert(&super::key(number), &super::action(number)).unwrap();
    }
    driver.settle().unwrap();
    let device = driver.close();
    let error = match Driver::resume(device, &[9; 16], &config()) {
        Ok(_) => panic!("another secret was accepted"),
        Err(error) => error,
    };
    assert!(matches!(error, Error::Restore(_)), "{error:?}");
}
