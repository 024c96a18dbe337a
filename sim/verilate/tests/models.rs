//! Models of small designs: ports, instances, the cache, errors, recordings.

use std::{env, error::Error, fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use verilate::{Design, Model, Options, Trace};

type Outcome = Result<(), Box<dyn Error>>;

const COUNTER: &str = "module counter(input wire clk, input wire rst, output reg [7:0] count);
    always @(posedge clk) count <= rst ? 8'd0 : count + 8'd1;
endmodule";

/// A register of `width` bits, and its inverse at once.
fn register(width: u32) -> String {
    let top = width - 1;
    format!(
        "module register(input wire clk, input wire [{top}:0] d, output reg [{top}:0] q,
            output wire [{top}:0] n);
            assign n = ~d;
            always @(posedge clk) q <= d;
        endmodule"
    )
}

/// Counts `clocks` clocks from reset.
fn count(model: &mut Model, clocks: u64) -> Result<u64, verilate::Error> {
    let (clk, rst, count) = (model.port("clk")?, model.port("rst")?, model.port("count")?);
    model.set(rst, 1);
    model.tick(clk);
    model.set(rst, 0);
    (0..clocks).for_each(|_| model.tick(clk));
    Ok(model.get(count))
}

#[test]
fn a_counter_counts_and_wraps() -> Outcome {
    let mut model = Design::new(COUNTER, "counter").model()?;
    assert_eq!(count(&mut model, 3)?, 3);
    assert_eq!(count(&mut model, 260)?, 4);
    let ports: Vec<_> = model.ports().collect();
    assert_eq!(ports, [("clk", 1, true), ("rst", 1, true), ("count", 8, false)]);
    Ok(())
}

#[test]
fn ports_of_every_storage_size_hold_their_bits() -> Outcome {
    for width in [1, 8, 9, 16, 17, 32, 33, 64] {
        let mut model = Design::new(&register(width), "register").model()?;
        let (clk, d, q, n) =
            (model.port("clk")?, model.port("d")?, model.port("q")?, model.port("n")?);
        let ones = u64::MAX >> (64 - width);
        for value in [ones, ones & 0x5a5a_5a5a_5a5a_5a5a, 0] {
            model.set(d, value);
            model.tick(clk);
            assert_eq!((model.get(q), model.get(n)), (value, ones ^ value), "{width} bits");
        }
    }
    Ok(())
}

#[test]
fn wide_ports_hold_their_bits() -> Outcome {
    for width in [65, 128, 512, 4096] {
        let mut model = Design::new(&register(width), "register").model()?;
        let (clk, d, q, n) =
            (model.port("clk")?, model.port("d")?, model.port("q")?, model.port("n")?);
        let mut value: Vec<u32> =
            (1..=width.div_ceil(32)).map(|i| i.wrapping_mul(0x9e37_79b9)).collect();
        let mask = u32::MAX >> ((32 - width % 32) % 32);
        *value.last_mut().unwrap() &= mask;
        model.set_words(d, &value);
        model.tick(clk);
        assert_eq!(model.words(q), value, "{width} bits");
        let mut inverse: Vec<u32> = value.iter().map(|word| !word).collect();
        *inverse.last_mut().unwrap() &= mask;
        assert_eq!(model.words(n), inverse, "{width} bits");
    }
    Ok(())
}

#[test]
#[should_panic(expected = "port d of 9 bits cannot hold 0x200")]
fn a_value_too_wide_is_refused() {
    let mut model = Design::new(&register(9), "register").model().unwrap();
    let d = model.port("d").unwrap();
    model.set(d, 0x200);
}

#[test]
#[should_panic(expected = "port q of 9 bits is an output")]
fn an_output_is_not_set() {
    let mut model = Design::new(&register(9), "register").model().unwrap();
    let q = model.port("q").unwrap();
    model.set(q, 1);
}

#[test]
fn names_are_the_verilog_ones() -> Outcome {
    let text = "module names(input wire [3:0] \\bus$data , input wire a__b, input wire operator, input wire [0:7] down,
        output wire [3:0] \\x.y , output wire _0);
        assign \\x.y = \\bus$data ; assign _0 = a__b ^ operator; endmodule";
    let mut model = Design::new(text, "names").model()?;
    let names: Vec<_> = model.ports().map(|(name, ..)| name).collect();
    assert_eq!(names, ["bus$data", "a__b", "operator", "down", "x.y", "_0"]);
    let (data, xy) = (model.port("bus$data")?, model.port("x.y")?);
    model.set(data, 9);
    model.eval();
    assert_eq!(model.get(xy), 9);
    let error = model.port("nope").unwrap_err().to_string();
    assert!(error.starts_with("no port \"nope\" among [\"bus$data\""), "{error}");
    Ok(())
}

#[test]
fn instances_are_independent_in_one_thread_and_in_two() -> Outcome {
    let design = Design::new(COUNTER, "counter");
    let (mut one, mut two) = (design.model()?, design.model()?);
    assert_eq!((count(&mut one, 5)?, count(&mut two, 9)?), (5, 9));
    assert_eq!(one.get(one.port("count")?), 5);
    std::thread::scope(|scope| {
        let far = [7, 11].map(|clocks| {
            let design = &design;
            (clocks, scope.spawn(move || count(&mut design.model().unwrap(), clocks).unwrap()))
        });
        for (clocks, thread) in far {
            assert_eq!(thread.join().unwrap(), clocks);
        }
    });
    Ok(())
}

#[test]
fn arguments_reach_verilator() -> Outcome {
    let text = "module wide #(parameter W = 4)(input wire [W-1:0] d, output wire [W-1:0] q);
        assign q = d; endmodule";
    let options = Options { args: vec!["-GW=40".into()], ..Options::default() };
    let model = Design { verilog: text, top: "wide", options }.model()?;
    assert_eq!(model.ports().map(|(_, width, _)| width).collect::<Vec<_>>(), [40, 40]);
    Ok(())
}

#[test]
fn only_a_changed_text_is_built() -> Outcome {
    let top = format!("again{}", std::process::id());
    let built = || -> usize {
        let entries = fs::read_dir(verilate::cache_folder()).unwrap().map(|e| e.unwrap().path());
        entries
            .filter(|p| p.join("model.so").exists() && p.display().to_string().contains(&top))
            .count()
    };
    let text = COUNTER.replace("counter", &top);
    assert_eq!(count(&mut Design::new(&text, &top).model()?, 3)?, 3);
    assert_eq!(built(), 1);
    assert_eq!(count(&mut Design::new(&text, &top).model()?, 3)?, 3);
    assert_eq!(built(), 1);
    let text = text.replace("8'd1", "8'd2");
    assert_eq!(count(&mut Design::new(&text, &top).model()?, 3)?, 6);
    assert_eq!(built(), 2);
    Ok(())
}

#[test]
fn a_syntax_error_names_its_line() {
    let text = "module bad(input wire a, output wire b);\n  assign b = a +;\nendmodule";
    let error = format!("{:?}", Design::new(text, "bad").model().err().unwrap());
    assert!(error.starts_with("%Error: bad.v:2:17: syntax error"), "{error}");
    assert!(error.contains("assign b = a +;"), "{error}");
}

#[test]
fn finish_and_stop_end_their_own_model_only() -> Outcome {
    for call in ["$finish", "$stop", "$fatal"] {
        let text = format!(
            "module ends(input wire clk, input wire go);
             always @(posedge clk) if (go) {call}; endmodule"
        );
        let design = Design::new(&text, "ends");
        let (mut one, mut two) = (design.model()?, design.model()?);
        let (clk, go) = (one.port("clk")?, one.port("go")?);
        one.set(go, 1);
        one.tick(clk);
        two.tick(clk);
        assert_eq!((one.finished(), two.finished()), (true, false), "{call}");
    }
    Ok(())
}

#[test]
fn a_drop_runs_final_blocks() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("out");
    let text = format!(
        "module last(input wire a); integer f;
         final begin f = $fopen({:?}, \"w\"); $fwrite(f, \"a=%0d\", a); $fclose(f); end endmodule",
        file.display().to_string()
    );
    let mut model = Design::new(&text, "last").model()?;
    let a = model.port("a")?;
    model.set(a, 1);
    assert!(!file.exists());
    drop(model);
    assert_eq!(fs::read_to_string(file)?, "a=1");
    Ok(())
}

#[test]
fn windows_are_recorded() -> Outcome {
    let folder = tempfile::tempdir()?;
    let mut model = Design::new(COUNTER, "counter").traced(Trace::Vcd).model()?;
    let clk = model.port("clk")?;
    count(&mut model, 10)?;
    for window in ["a.vcd", "b.vcd"] {
        model.start_trace(&folder.path().join(window))?;
        model.tick(clk);
        model.tick(clk);
        model.stop_trace();
        model.tick(clk);
    }
    let text = fs::read_to_string(folder.path().join("b.vcd"))?;
    assert_eq!(model.get(model.port("count")?), 16);
    let times: Vec<_> = text.lines().filter(|line| line.starts_with('#')).collect();
    assert_eq!(times, ["#140", "#145", "#150", "#155", "#160"]);
    assert!(text.contains("b00001101 ") && text.contains("b00001111 "), "13 to 15:\n{text}");

    let mut model = Design::new(COUNTER, "counter").traced(Trace::Fst).model()?;
    let file = folder.path().join("a.fst");
    model.start_trace(&file)?;
    count(&mut model, 10)?;
    drop(model);
    assert!(fs::metadata(&file)?.len() > 200);

    let mut model = Design::new(COUNTER, "counter").model()?;
    assert!(model.start_trace(&file).is_err());
    Ok(())
}

/// The body of the next test's processes.
#[test]
fn rival() -> Outcome {
    let text = COUNTER.replace("8'd1", "8'd3");
    assert_eq!(count(&mut Design::new(&text, "counter").model()?, 2)?, 6);
    Ok(())
}

#[test]
fn rivals_build_once() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (log, wrapper) = (folder.path().join("log"), folder.path().join("verilator"));
    let script = format!("#!/bin/sh\necho \"$1\" >>{}\nexec verilator \"$@\"\n", log.display());
    fs::write(&wrapper, script)?;
    fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755))?;
    let rival = |cache: &Path| {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "rival"]).env("VERILATE_CACHE", cache);
        command.env("VERILATOR", &wrapper).stdout(std::process::Stdio::null()).spawn()
    };
    let cache = folder.path().join("cache");
    let mut rivals = [rival(&cache)?, rival(&cache)?, rival(&cache)?];
    for rival in &mut rivals {
        assert!(rival.wait()?.success());
    }
    let runs = fs::read_to_string(log)?.lines().filter(|line| *line == "--cc").count();
    assert_eq!(runs, 1);
    Ok(())
}
