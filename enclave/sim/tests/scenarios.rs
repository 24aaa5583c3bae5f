//! The scenario tables of `test/scenarios`: one command a row, and after it what it came to, the best bid, the last price, the best
//! ask and the private events. `docs/orders.md` says how to read and how to add one.
//!
//! With `SEALBOOK_WRITE_SCENARIOS=1` the columns behind the command are written instead of compared, for a reader to judge.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use table::Stage;

mod table;

fn tables() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test/scenarios");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder of scenarios")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            name.is_some_and(|name| name.starts_with("orders-") && name.ends_with(".json"))
        })
        .collect();
    paths.sort();
    paths
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

/// Plays a scenario; its rows as they came out.
fn play(steps: &[Value]) -> Vec<Vec<Value>> {
    let mut stage = Stage::new();
    steps
        .iter()
        .map(|row| {
            let row = row.as_array().expect("a row");
            let command = text(&row[0]);
            let mut columns = vec![Value::from(command)];
            columns.extend(stage.run(command).into_iter().map(Value::from));
            columns
        })
        .collect()
}

fn write_table(path: &Path, about: &str, scenarios: &[(String, Vec<Vec<Value>>)]) {
    let mut out = format!("{{\n  \"about\": {},\n", Value::from(about));
    out += "  \"columns\": [\"command\", \"result\", \"bid\", \"price\", \"ask\", \"events\"],\n";
    out += "  \"scenarios\": [\n";
    for (at, (name, rows)) in scenarios.iter().enumerate() {
        out += &format!(
            "    {{\n      \"name\": {},\n      \"steps\": [\n",
            Value::from(name.as_str())
        );
        for (at, row) in rows.iter().enumerate() {
            let cells: Vec<String> = row.iter().map(Value::to_string).collect();
            let comma = if at + 1 == rows.len() { "" } else { "," };
            out += &format!("        [{}]{comma}\n", cells.join(", "));
        }
        let comma = if at + 1 == scenarios.len() { "" } else { "," };
        out += &format!("      ]\n    }}{comma}\n");
    }
    out += "  ]\n}\n";
    fs::write(path, out).expect("written");
}

#[test]
fn every_scenario_comes_out_as_its_table_says() {
    let is_writing = std::env::var_os("SEALBOOK_WRITE_SCENARIOS").is_some();
    let (mut count, mut wrong) = (0, Vec::new());
    for path in tables() {
        let table = fs::read_to_string(&path).expect("a table");
        let table: Value = serde_json::from_str(&table).expect("JSON");
        let scenarios = table["scenarios"].as_array().expect("scenarios");
        let mut played = Vec::new();
        for scenario in scenarios {
            count += 1;
            let name = text(&scenario["name"]);
            let steps = scenario["steps"].as_array().expect("steps");
            let rows = play(steps);
            for (row, expected) in rows.iter().zip(steps) {
                if Value::from(row.clone()) != *expected {
                    wrong.push(format!(
                        "{name}:\n  table {expected}\n  came  {}",
                        Value::from(row.clone())
                    ));
                }
            }
            played.push((name.to_owned(), rows));
        }
        if is_writing {
            write_table(&path, text(&table["about"]), &played);
        }
    }
    assert!(count >= 58, "{count} scenarios");
    assert!(is_writing || wrong.is_empty(), "{}", wrong.join("\n"));
}
