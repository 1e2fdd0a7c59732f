"""Alert rules and runbook: every metric that they name is there, and every alert has its line."""

import json
import re
import subprocess

import pytest
import yaml

from conftest import ROOT
from stranger import Submitter
from test_operations import articles, scrape

RULES = ROOT / "config/alerts.yml"
# What Prometheus itself knows of a target.
OF_PROMETHEUS = {"up"}


def rules():
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def metric_names(expression):
    without_labels = re.sub(r"\{[^}]*\}", "", expression)
    return {name for name in re.findall(r"\b[a-z][a-z_]*_[a-z_]+\b|\bup\b", without_labels)}


def runbook():
    """The rows of the README's runbook, by alert."""
    section = (ROOT / "README.md").read_text().split("\n## Runbook\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| Quoted")]
    return {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in rows}


@pytest.fixture
def metrics(context, make_installation):
    """Names of what a whole service tells, with every part switched on."""
    installation = make_installation(names_mode="learn", analysis_analyzer="rules")
    installation.serve()
    Submitter(context, installation.endpoints["ingest"]).push(articles("alerts", 5))
    text, _ = scrape(installation)
    return set(re.findall(r"^# TYPE (\S+) ", text, re.M)) | OF_PROMETHEUS


def test_every_metric_of_the_rules_and_of_the_runbook_exists(metrics):
    for rule in rules():
        named = metric_names(rule["expr"])
        assert named, rule
        assert named <= metrics, f"{rule['alert']}: {named - metrics} is not there"
    for alert, (cell, *_) in runbook().items():
        named = {name for code in re.findall(r"`([^`]*)`", cell) for name in metric_names(code)} - {"published_total", "dead_total", "in_flight"}
        assert named and named <= metrics, f"{alert}: {named - metrics} is not there"


def test_every_alert_has_a_line_in_the_runbook_and_says_what_to_do():
    alerts = [rule["alert"] for rule in rules()]
    assert len(alerts) == len(set(alerts)) and len(alerts) >= 20
    assert list(runbook()) == alerts
    for rule in rules():
        assert rule["annotations"]["summary"] and rule["annotations"]["remedy"] and rule["labels"]["severity"]
    assert all(len(cells) == 3 and all(cells) for cells in runbook().values())


def test_promtool_finds_nothing_wrong_with_the_rules(promtool, tmp_path):
    done = subprocess.run([promtool, "check", "rules", str(RULES)], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stdout + done.stderr
    # Rules that fire when they should, and only then: those whose expressions are more than a comparison.
    tests = tmp_path / "tests.yml"
    tests.write_text(f"""
rule_files: [{RULES}]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - {{series: 'up{{job="quoted"}}', values: '1x20 0x20'}}
      - {{series: 'quoted_stage_workers{{stage="entities"}}', values: '2x10 0x30'}}
      - {{series: 'quoted_receipts_total{{status="busy"}}', values: '0x10 0+60x30'}}
      - {{series: 'quoted_stage_retried_total{{stage="sink"}}', values: '0+60x40'}}
      - {{series: 'quoted_stage_done_total{{stage="sink"}}', values: '0+100x40'}}
      - {{series: 'quoted_articles_received_total', values: '0+10x40'}}
      - {{series: 'quoted_articles_published_total', values: '0+10x40'}}
      - {{series: 'quoted_articles_dead_total', values: '0x40'}}
      - {{series: 'quoted_articles_in_flight', values: '0x40'}}
    alert_rule_test:
      - {{eval_time: 5m, alertname: QuotedDown, exp_alerts: []}}
      - eval_time: 25m
        alertname: QuotedDown
        exp_alerts: [{{exp_labels: {{severity: critical, job: quoted}}, exp_annotations: {annotations("QuotedDown")}}}]
      - {{eval_time: 5m, alertname: QuotedStageWithoutWorkers, exp_alerts: []}}
      - eval_time: 15m
        alertname: QuotedStageWithoutWorkers
        exp_alerts: [{{exp_labels: {{severity: critical, stage: entities}}, exp_annotations: {annotations("QuotedStageWithoutWorkers", "entities")}}}]
      - {{eval_time: 9m, alertname: QuotedBusy, exp_alerts: []}}
      - eval_time: 30m
        alertname: QuotedBusy
        exp_alerts: [{{exp_labels: {{severity: warning, status: busy}}, exp_annotations: {annotations("QuotedBusy")}}}]
      - eval_time: 30m
        alertname: QuotedRetries
        exp_alerts: [{{exp_labels: {{severity: warning, stage: sink}}, exp_annotations: {annotations("QuotedRetries", "sink")}}}]
      - {{eval_time: 30m, alertname: QuotedBooksDoNotBalance, exp_alerts: []}}
""")
    done = subprocess.run([promtool, "test", "rules", str(tests)], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stdout + done.stderr


def annotations(alert, stage=""):
    rule = next(rule for rule in rules() if rule["alert"] == alert)
    # JSON is YAML.
    return json.dumps({key: text.replace("{{ $labels.stage }}", stage) for key, text in rule["annotations"].items()})
