// Validates the templates whose paths stand on the lines of the standard input with AWS's validator, and prints one line of
// JSON for each: its path and what was found in it.

const { readFileSync } = require('node:fs');
const { RegoEngine, TemplateFile } = require('@aws/cloudformation-validate');

const LEVELS = { FATAL: 'error', ERROR: 'error', WARN: 'warning', INFO: 'informational', DEBUG: 'informational' };
const engine = new RegoEngine();
for (const path of readFileSync(0, 'utf8').split('\n').filter((it) => it.trim())) {
  try {
    const report = engine.validateStandard(new TemplateFile(path), { severityLevel: 'INFO' });
    const found = report.diagnostics.map((it) => ({
      // What CloudFormation refuses is fatal there, under the number that cfn-lint knows it by.
      id: it.ruleId.replace(/^F(?=[1-7]\d{3}$)/, 'E'),
      level: LEVELS[it.severity],
      message: it.message,
      start: [(it.startLine ?? 1) - 1, (it.startColumn ?? 1) - 1],
      end: [(it.endLine ?? it.startLine ?? 1) - 1, (it.endColumn ?? (it.startColumn ?? 1) + 1) - 1],
      path: [...(it.entity ? [`${it.entity.entityType}s`, it.entity.logicalId] : []), ...(it.propertyPath ?? '').split(/[./]/)],
      part: false,
    }));
    console.log(JSON.stringify({ path, found }));
  } catch (error) {
    console.error(`${path}: ${error}`);
  }
}
engine.free();
