//! Tables in Markdown: medians, and how far the runs lie apart.

use super::Report;
use crate::cells::{Cell, Contender};
use crate::load::{Outcome, Side};
use crate::scale::Scaled;
use crate::stock::Store;
use serde_json::Value;
use std::fmt::Write as _;

pub(super) fn of(report: &Report) -> String {
    let parts = [head(report), goals(report), cells(report), costs(report), scale(report), browser(report)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

fn head(report: &Report) -> String {
    let machine = &report.machine;
    format!(
        "{} cores of {}, Linux {}, Redis {}, Ashlink {}; {} runs of {} ms each, medians.\n",
        machine.cores,
        machine.processors,
        machine.kernel,
        machine.redis,
        machine.version,
        report.runs,
        report.window_millis,
    )
}

/// What the design wants, and what is.
fn goals(report: &Report) -> String {
    let mut table = String::from("| goal | wanted | measured | |\n|---|---|---|---|\n");
    let mut row = |goal: &str, wanted: &str, measured: String, met: bool| {
        let _ = writeln!(table, "| {goal} | {wanted} | {measured} | {} |", if met { "met" } else { "**missed**" });
    };
    for store in [Store::Redis, Store::Memory] {
        let of = |contender| find(&report.cells, store, 1024, 32, contender);
        let (Some(ours), Some(bare)) = (of(Contender::Ashlink), of(Contender::Bare)) else { continue };
        let cycles = ratio(ours, bare, |outcome| outcome.cycles_per_second);
        row(
            &format!("{}: cycles of the bare handler's, 1 KiB, 32 connections", name(store)),
            "≥ 80 %",
            percent(cycles),
            cycles >= 0.8,
        );
        let tail = ratio(ours, bare, |outcome| outcome.p99_micros);
        row(&format!("{}: p99 over the bare handler's", name(store)), "≤ 1.3", format!("{tail:.2}"), tail <= 1.3);
    }
    let of = |contender| find(&report.cells, Store::File, 1024, 32, contender);
    if let (Some(ours), Some(raw)) = (of(Contender::Ashlink), of(Contender::Raw)) {
        let cycles = ratio(ours, raw, |outcome| outcome.cycles_per_second);
        row("file: cycles over one sync for each change", "≥ 10", format!("{cycles:.1}"), cycles >= 10.0);
    }
    for stored in &report.stored {
        let kib = stored.bytes_each / 1024.0;
        if stored.store == Store::Redis {
            row("Redis memory for a secret of 1 KiB", "≤ 1.75 KiB", format!("{kib:.2} KiB"), kib <= 1.75);
        }
    }
    for idle in &report.idle {
        let mb = idle.bytes as f64 / 1e6;
        row(
            &format!("{}: resident memory of an idle server", name(idle.store)),
            "< 20 MB",
            format!("{mb:.1} MB"),
            mb < 20.0,
        );
    }
    let page = median(report.page.iter().filter_map(server_micros).collect());
    row("processor of the server for a page, compressed", "< 50 µs", format!("{page:.0} µs"), page < 50.0);
    for store in [Store::Redis, Store::Memory] {
        let rows: Vec<_> = report.scale.iter().filter(|scaled| scaled.store == store).collect();
        if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
            let kept = cycles_of(&last.runs) / cycles_of(&first.runs);
            let goal =
                format!("{}: cycles with {} secrets of those with one", name(store), grouped(last.number as f64));
            row(&goal, "flat", percent(kept), kept >= 0.9);
        }
    }
    if let Some(browser) = &report.browser {
        for (key, goal, limit) in [
            ("create page, cold: usable", "Chromium: page opened until usable, nothing cached", 300.0),
            ("create 1 KiB: click to link", "Chromium: click until the link is shown, 1 KiB", 50.0),
        ] {
            if let Some(median) = browser["measured"][key]["median"].as_f64() {
                row(goal, &format!("≤ {limit} ms"), format!("{median:.0} ms"), median <= limit);
            }
        }
    }
    table
}

/// What the server's processes took for one cycle.
fn server_micros(run: &Outcome) -> Option<f64> {
    run.cpu_micros.iter().find(|(of, _)| *of == Side::Server).map(|(_, micros)| *micros)
}

fn cells(report: &Report) -> String {
    let mut table = String::from(
        "| store | secret | connections | contender | cycles/s | spread | of bare | p50 ms | p99 ms | processor µs a cycle: driver, server, Redis |\n\
         |---|--:|--:|---|--:|--:|--:|--:|--:|---|\n",
    );
    for cell in &report.cells {
        let bare = find(&report.cells, cell.store, cell.size, cell.connections, Contender::Bare);
        let of_bare = bare.map_or_else(String::new, |bare| percent(ratio(cell, bare, |run| run.cycles_per_second)));
        let rates: Vec<_> = cell.runs.iter().map(|run| run.cycles_per_second).collect();
        let cpu = |side| {
            let used = cell.runs.iter().filter_map(|run| run.cpu_micros.iter().find(|(of, _)| *of == side));
            let used: Vec<_> = used.map(|(_, micros)| *micros).collect();
            if used.is_empty() { "–".to_owned() } else { format!("{:.0}", median(used)) }
        };
        let limited = cell.runs.iter().any(|run| run.driver_limits);
        let _ = writeln!(
            table,
            "| {} | {} KiB | {} | {} | {}{} | {} | {of_bare} | {:.2} | {:.2} | {}, {}, {} |",
            name(cell.store),
            cell.size / 1024,
            cell.connections,
            contender(cell),
            grouped(median(rates.clone())),
            if limited { " (driver's limit)" } else { "" },
            spread(&rates),
            median(cell.runs.iter().map(|run| run.p50_micros).collect()) / 1e3,
            median(cell.runs.iter().map(|run| run.p99_micros).collect()) / 1e3,
            cpu(Side::Driver),
            cpu(Side::Server),
            cpu(Side::Redis),
        );
    }
    table
}

fn costs(report: &Report) -> String {
    let mut table = String::from("| memory | |\n|---|--:|\n");
    for idle in &report.idle {
        let _ = writeln!(table, "| server on {}, idle | {:.1} MB |", name(idle.store), idle.bytes as f64 / 1e6);
    }
    for store in [Store::Redis, Store::Memory, Store::File] {
        for size in [1024, 102_400] {
            let Some(cell) = find(&report.cells, store, size, 256, Contender::Ashlink) else { continue };
            let peaks: Vec<_> = cell.runs.iter().filter_map(|run| run.peak_bytes).map(|bytes| bytes as f64).collect();
            let (store, kib) = (name(store), size / 1024);
            let peak = median(peaks) / 1e6;
            let _ = writeln!(table, "| server on {store} under 256 connections, {kib} KiB, highest | {peak:.0} MB |");
        }
    }
    for stored in &report.stored {
        let (store, size, each) = (name(stored.store), stored.size / 1024, stored.bytes_each);
        let _ = writeln!(table, "| a secret of {size} KiB in {store}, of {} | {each:.0} bytes |", stored.secrets);
    }
    table
}

fn scale(report: &Report) -> String {
    let mut table = String::from("| 1 KiB, 32 connections | cycles/s | spread | p99 ms |\n|---|--:|--:|--:|\n");
    let mut row = |what: String, scaled: &Scaled| {
        let rates: Vec<_> = scaled.runs.iter().map(|run| run.cycles_per_second).collect();
        let p99 = median(scaled.runs.iter().map(|run| run.p99_micros).collect()) / 1e3;
        let _ = writeln!(table, "| {what} | {} | {} | {p99:.2} |", grouped(cycles_of(&scaled.runs)), spread(&rates));
    };
    for scaled in &report.scale {
        row(format!("{}, {} secrets waiting", name(scaled.store), grouped(scaled.number as f64)), scaled);
    }
    for scaled in &report.processes {
        row(format!("Redis, {} server processes", scaled.number), scaled);
    }
    table
}

/// What a person waits for in the browser; what it is made of is in the JSON.
fn browser(report: &Report) -> String {
    const WAITED_FOR: [&str; 4] = ["usable", "click to link", "click to secret", "MB/s"];
    let Some(browser) = &report.browser else { return String::new() };
    let Value::Object(measured) = &browser["measured"] else { return String::new() };
    let version = browser["chromium"].as_str().unwrap_or("");
    let mut table = format!("| Chromium {version} | median | p90 | lowest to highest |\n|---|--:|--:|--:|\n");
    for (name, figure) in measured.iter().filter(|(name, _)| WAITED_FOR.iter().any(|end| name.ends_with(end))) {
        let unit = if name.ends_with("MB/s") { "" } else { " ms" };
        let [median, p90, low, high] =
            ["median", "p90", "min", "max"].map(|field| figure[field].as_f64().unwrap_or(f64::NAN));
        let _ = writeln!(table, "| {name} | {median:.0}{unit} | {p90:.0} | {low:.0} to {high:.0} |");
    }
    table
}

fn find(cells: &[Cell], store: Store, size: usize, connections: usize, contender: Contender) -> Option<&Cell> {
    cells
        .iter()
        .find(|cell| (cell.store, cell.size, cell.connections, cell.contender) == (store, size, connections, contender))
}

/// The median of the ratios within each run.
fn ratio(one: &Cell, other: &Cell, of: impl Fn(&Outcome) -> f64) -> f64 {
    median(one.runs.iter().zip(&other.runs).map(|(one, other)| of(one) / of(other)).collect())
}

fn cycles_of(runs: &[Outcome]) -> f64 {
    median(runs.iter().map(|run| run.cycles_per_second).collect())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[odd / 2],
        even => f64::midpoint(values[even / 2 - 1], values[even / 2]),
    }
}

/// How far the lowest and the highest lie from the median.
fn spread(values: &[f64]) -> String {
    let middle = median(values.to_vec());
    let low = values.iter().copied().fold(f64::INFINITY, f64::min) / middle - 1.0;
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max) / middle - 1.0;
    format!("{:+.0} to {:+.0} %", low * 100.0, high * 100.0)
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn name(store: Store) -> &'static str {
    match store {
        Store::Redis => "Redis",
        Store::Memory => "memory",
        Store::File => "file",
    }
}

fn contender(cell: &Cell) -> &'static str {
    match (cell.contender, cell.store) {
        (Contender::Raw, Store::Redis) => "raw: SET EX, GETDEL",
        (Contender::Raw, Store::Memory) => "raw: redb, a commit for each change",
        (Contender::Raw, Store::File) => "raw: redb, a sync for each change",
        (Contender::Bare, Store::Redis) => "bare axum, SET EX and GETDEL",
        (Contender::Bare, _) => "bare axum, a map",
        (Contender::Ashlink, _) => "**Ashlink**",
        (Contender::AshlinkAck, _) => "Ashlink, acknowledged (3 requests)",
    }
}

/// Rounded to a whole number, with commas between thousands: `12,345`.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        assert_eq!(grouped(1_234_567.4), "1,234,567");
        assert_eq!(grouped(123.0), "123");
        assert_eq!(spread(&[90.0, 100.0, 120.0]), "-10 to +20 %");
        assert_eq!(percent(0.804), "80 %");
    }

    #[test]
    fn the_browsers_script_calls_its_figures_what_the_goals_do() {
        let script = include_str!("../../../end2end/bench/page.js");
        for part in
            ["${name}: usable", "\"create page, cold\"", "${name}: click to link", "create ${name}", "\"1 KiB\""]
        {
            assert!(script.contains(part), "{part}");
        }
    }

    #[test]
    fn a_median_is_in_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]).to_bits(), 2f64.to_bits());
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]).to_bits(), 2.5f64.to_bits());
        assert!(median(Vec::new()).is_nan());
    }
}
