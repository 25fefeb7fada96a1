//! The stacks of several environments become stages of a pipeline.
//!
//! What the entry file makes for each environment, in a loop or by statements that say the same for each, becomes a class
//! that extends `Stage`, and a new stack with a pipeline deploys one such stage for each environment, production behind an
//! approval by a person. The stacks keep the names that they have where their classes take one, so that the pipeline takes
//! over what is deployed already.

mod find;
mod unify;

use super::classes::{self, Class};
use super::infer::Types;
use super::names::{Names, children, descendants, is_use, source};
use super::types::extends;
use crate::file::Source;
use crate::raise::{Importer, Style, uses};
use find::{App, Environments};
use model::{Lowered, Refactor, RefactorKind};
use syntax::typescript::{Node, range};
use text::{Edits, TextEdit, TextRange};

/// Says which environment a name speaks of, where it speaks of one.
pub(crate) type EnvironmentOf<'e> = &'e dyn Fn(&str) -> Option<String>;

pub(super) fn scaffold(
    file: &Source,
    lowered: &Lowered,
    place: TextRange,
    environment_of: EnvironmentOf<'_>,
) -> Option<Refactor> {
    if lowered.program.as_ref().is_none_or(|it| it.has_pipeline) {
        return None;
    }
    let syntax = file.syntax();
    let (text, root): (&str, _) = (syntax.text(), syntax.root());
    let imports = file.converted().0;
    if root.has_error() || imports.all.iter().any(|it| text[it.module].starts_with("@aws-cdk/core")) {
        return None;
    }
    let names = Names::new(text);
    let types = Types { text, root, imports, names: &names, class: root };
    let app = App::of(&types)?;
    let environments = Environments::of(&types, &app, environment_of)?;
    let touches = |it: Node<'_>| range(it).intersect(place).is_some();
    if !touches(app.statement) && !environments.statements.iter().any(|it| touches(*it)) {
        return None;
    }
    let importer = Importer { text, root, imports, style: Style::of(text), edits: Vec::new(), imported: Vec::new() };
    Scaffold { text, file, types: &types, app, environments, importer }.write()
}

/// A member of the props of the stage.
#[derive(Debug)]
pub(super) struct Prop {
    name: String,
    ty: String,
    /// What it is in each environment.
    values: Vec<String>,
}

/// What each environment gets, as code of the stage's class.
#[derive(Debug, Default)]
pub(super) struct Body<'r> {
    /// The statements that it is written from.
    statements: Vec<Node<'r>>,
    rewrites: Vec<(TextRange, String)>,
    props: Vec<Prop>,
}

struct Scaffold<'r, 'a> {
    text: &'r str,
    file: &'a Source,
    types: &'a Types<'r>,
    app: App<'r>,
    environments: Environments<'r>,
    importer: Importer<'r>,
}

impl<'r> Scaffold<'r, '_> {
    fn write(mut self) -> Option<Refactor> {
        let mut body = self.environments.body(self.types, &mut self.importer)?;
        self.scopes(&mut body)?;
        self.keep_names(&mut body)?;
        let name = self.stage_name(&body)?;
        let code = self.moved(&body)?;

        let style = self.importer.style;
        let (newline, step, end) = (style.newline, style.step, style.end());
        let mut library = |path: &str| self.importer.value(path);
        let (construct, stage, stack) =
            (library("constructs.Construct")?, library("core.Stage")?, library("core.Stack")?);
        let parameter = library("core.CfnParameter")?;
        let [pipeline, shell, input, approval] =
            ["CodePipeline", "ShellStep", "CodePipelineSource", "ManualApprovalStep"]
                .map(|it| library(&format!("pipelines.{it}")));
        let (pipeline, shell, input, approval) = (pipeline?, shell?, input?, approval?);
        let (stage_props, stack_props) = (library("core.StageProps")?, library("core.StackProps")?);

        let mut lines = Vec::new();
        let props = if body.props.is_empty() { stage_props.clone() } else { format!("{name}Props") };
        if !body.props.is_empty() {
            lines.push(format!("interface {props} extends {stage_props} {{"));
            lines.extend(body.props.iter().map(|it| format!("{step}readonly {}: {}{end}", it.name, it.ty)));
            lines.extend(["}".to_owned(), String::new()]);
        }
        let optional = if body.props.is_empty() { "?" } else { "" };
        lines.extend([
            "/** What is deployed to each environment. */".to_owned(),
            format!("class {name} extends {stage} {{"),
            format!("{step}constructor(scope: {construct}, id: string, props{optional}: {props}) {{"),
            format!("{step}{step}super(scope, id, props){end}"),
            String::new(),
        ]);
        lines.extend(code);
        lines.extend([format!("{step}}}"), "}".to_owned(), String::new()]);

        let quoted = |it: &str| style.quoted(it);
        let inner = format!("{step}{step}");
        let crosses = body.says_accounts(self.text);
        lines.extend([
            "/** Takes each change to one environment after the other. */".to_owned(),
            format!("class PipelineStack extends {stack} {{"),
            format!("{step}constructor(scope: {construct}, id: string, props?: {stack_props}) {{"),
            format!("{inner}super(scope, id, props){end}"),
            String::new(),
            format!("{inner}const connection = new {parameter}(this, {}, {{", quoted("ConnectionArn")),
            format!(
                "{inner}{step}description: {},",
                quoted("The connection to the repository, which is made once in the console")
            ),
            format!("{inner}}}){end}"),
            format!("{inner}// The repository as `owner/name`, and its branch: set them in the context in cdk.json."),
            format!(
                "{inner}const repository = this.node.tryGetContext({}) ?? {}{end}",
                quoted("repository"),
                quoted("owner/name")
            ),
            format!("{inner}const branch = this.node.tryGetContext({}) ?? {}{end}", quoted("branch"), quoted("main")),
            format!("{inner}const pipeline = new {pipeline}(this, {}, {{", quoted("Pipeline")),
        ]);
        if crosses {
            lines.push(format!("{inner}{step}crossAccountKeys: true,"));
        }
        lines.extend([
            format!("{inner}{step}synth: new {shell}({}, {{", quoted("Synth")),
            format!("{inner}{step}{step}input: {input}.connection(repository, branch, {{ connectionArn: connection.valueAsString }}),"),
            format!("{inner}{step}{step}commands: [{}, {}],", quoted("npm ci"), quoted("npx cdk synth")),
            format!("{inner}{step}}}),"),
            format!("{inner}}}){end}"),
        ]);
        for (index, environment) in self.environments.in_order() {
            let values = body.props.iter().map(|it| match &it.values[index] {
                value if *value == it.name => value.clone(),
                value => format!("{}: {value}", it.name),
            });
            let values: Vec<String> = values.collect();
            let id = super::capitalized(environment);
            let given = if values.is_empty() { String::new() } else { format!(", {{ {} }}", values.join(", ")) };
            let made = format!("new {name}(this, {}{given})", quoted(&id));
            lines.extend(self.environments.comments(self.text, index).into_iter().map(|it| format!("{inner}{it}")));
            if is_production(environment) {
                lines.extend([
                    format!("{inner}pipeline.addStage({made}, {{"),
                    format!("{inner}{step}pre: [new {approval}({})],", quoted(&format!("Approve{id}"))),
                    format!("{inner}}}){end}"),
                ]);
            } else {
                lines.push(format!("{inner}pipeline.addStage({made}){end}"));
            }
        }
        lines.extend([format!("{step}}}"), "}".to_owned(), String::new()]);

        let mut edits = Vec::new();
        let before = super::above(self.text, self.app.statement);
        let declarations: String = lines.iter().map(|it| format!("{it}{newline}")).collect();
        edits.push(TextEdit::insert(range(before).start(), declarations));
        // Where stacks go to accounts of their own the library wants to know where the pipeline itself is.
        let env = format!(
            "{{{newline}{step}env: {{ account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION }},{newline}}}"
        );
        let env = if crosses { format!(", {env}") } else { String::new() };
        let made = format!("new PipelineStack({}, {}{env}){end}", self.app.name, quoted("Pipeline"));
        for (index, statement) in self.environments.statements.iter().enumerate() {
            let place = self.environments.place_of(self.text, *statement);
            edits.push(match index {
                0 => TextEdit::replace(place, made.clone()),
                _ => TextEdit::delete(self.with_line(place)),
            });
        }
        edits.append(&mut self.importer.edits);
        let quoted: Vec<String> = self.environments.in_order().into_iter().map(|it| format!("`{}`", it.1)).collect();
        Some(Refactor {
            title: format!("Deploy {} by a pipeline", quoted.join(", ")),
            kind: RefactorKind::Other,
            edits: Edits::new(edits).ok()?,
            files: Vec::new(),
        })
    }

    /// What is made below the app is made below the stage; whatever else is done with the app cannot move.
    fn scopes(&mut self, body: &mut Body<'r>) -> Option<()> {
        let nodes: Vec<Node<'r>> = body.statements.iter().flat_map(|it| descendants(*it)).collect();
        for node in nodes {
            match node.kind() {
                "this"
                | "super"
                | "await_expression"
                | "yield_expression"
                | "return_statement"
                | "break_statement"
                | "continue_statement"
                | "function_expression"
                | "class" => return None,
                // Lines of a text must not be indented with the others.
                "template_string" if source(self.text, node).contains('\n') => return None,
                _ => {}
            }
            let is_app = is_use(node)
                && source(self.text, node) == self.app.name
                && self.types.names.declared(node).is_some_and(|it| it.name == self.app.declared);
            if !is_app {
                continue;
            }
            let parent = node.parent()?;
            let is_scope = parent.kind() == "arguments"
                && children(parent).first() == Some(&node)
                && parent.parent().is_some_and(|it| it.kind() == "new_expression");
            let is_context = self.text[range(node).start().into()..]
                .strip_prefix(self.app.name)
                .is_some_and(|it| it.starts_with(".node.tryGetContext(") || it.starts_with(".node.getContext("));
            if !is_scope && !is_context {
                return None;
            }
            body.rewrites.push((range(node), "this".to_owned()));
        }
        Some(())
    }

    /// Gives the stacks the names that they have now: in a stage they would get others.
    fn keep_names(&mut self, body: &mut Body<'r>) -> Option<()> {
        let news: Vec<Node<'r>> = body
            .statements
            .iter()
            .flat_map(|it| descendants(*it))
            .filter(|it| self.app.is_scope_of(self.text, *it))
            .collect();
        for node in news {
            let class = node.child_by_field_name("constructor")?;
            // Stages are made by no stage.
            if !self.is_stack(class) {
                return None;
            }
            let arguments = children(node.child_by_field_name("arguments")?);
            if arguments.len() > 3 || !self.takes_props(class) {
                continue;
            }
            let id = arguments.get(1)?;
            let name = self.environments.name_of(self.text, *id, body)?;
            match arguments.get(2) {
                None => body.rewrites.push((TextRange::empty(range(*id).end()), format!(", {{ stackName: {name} }}"))),
                Some(props) if props.kind() == "object" => {
                    let members = children(*props);
                    let says = |it: &Node<'_>| {
                        let key = it.child_by_field_name("key").unwrap_or(*it);
                        source(self.text, key) == "stackName" || it.kind() == "spread_element"
                    };
                    if members.iter().any(says) {
                        continue;
                    }
                    let written = source(self.text, *props);
                    let text = match written.split_once('\n') {
                        Some((_, rest)) => {
                            let indent = &rest[..rest.len() - rest.trim_start().len()];
                            format!("{}{indent}stackName: {name},", self.importer.style.newline)
                        }
                        None if members.is_empty() => format!(" stackName: {name} "),
                        None => format!(" stackName: {name},"),
                    };
                    let open = range(*props).start() + text::size(1);
                    body.rewrites.push((TextRange::empty(open), text));
                }
                Some(_) => {}
            }
        }
        Some(())
    }

    /// True when a class surely takes the props of a stack.
    fn takes_props(&self, class: Node<'r>) -> bool {
        match self.types.library_path(class) {
            Some(path) => path == "core.Stack",
            None => classes::all(self.file, self.types, class, classes::takes_stack_props),
        }
    }

    /// True when a class is one of stacks that can be made in a stage.
    fn is_stack(&self, class: Node<'r>) -> bool {
        match self.types.library_path(class) {
            Some(path) => extends(&path, "core.Stack"),
            None => {
                let is_stack = |it: &Class<'_>| classes::is_stack(it) && classes::takes_construct(it);
                classes::all(self.file, self.types, class, is_stack)
            }
        }
    }

    /// A free name for the class: that of the only stack, or a general one.
    fn stage_name(&self, body: &Body<'r>) -> Option<String> {
        let news = body.statements.iter().flat_map(|it| descendants(*it));
        let mut classes = news.filter(|it| self.app.is_scope_of(self.text, *it)).filter_map(|it| {
            let class = source(self.text, it.child_by_field_name("constructor")?);
            Some(class.rsplit('.').next()?.trim_end_matches("Stack"))
        });
        let first = classes.next().filter(|it| !it.is_empty() && classes.next().is_none());
        let is_free = |name: &str| uses(self.importer.root, self.text, name) == 0;
        let name = format!("{}Stage", first.unwrap_or("Application"));
        let free = [&*name, "ApplicationStage"].into_iter().find(|it| is_free(it) && is_free(&format!("{it}Props")))?;
        is_free("PipelineStack").then(|| free.to_owned())
    }

    /// The lines of the stage's constructor.
    fn moved(&self, body: &Body<'r>) -> Option<Vec<String>> {
        let step = self.importer.style.step;
        let mut lines = Vec::new();
        let mut last: Option<Node<'r>> = None;
        for statement in &body.statements {
            let (first, end) = (super::above(self.text, *statement), super::behind(*statement));
            // A blank line between statements stays one.
            if last.is_some_and(|it| first.start_position().row > it.end_position().row + 1) {
                lines.push(String::new());
            }
            let place = text::range(first.start_byte(), end.end_byte());
            let edits = body.rewrites.iter().filter(|it| place.contains_range(it.0));
            let edits = edits.map(|it| TextEdit::replace(it.0 - place.start(), it.1.clone())).collect();
            let code = Edits::new(edits).ok()?.apply(&self.text[place]);
            let indent = super::indent_of(self.text, place.start().into());
            for line in code.lines() {
                let line = line.strip_prefix(indent).unwrap_or(line);
                lines.push(if line.is_empty() { String::new() } else { format!("{step}{step}{line}") });
            }
            last = Some(end);
        }
        Some(lines)
    }

    /// A statement that is taken out, with its line and a blank one above it.
    fn with_line(&self, place: TextRange) -> TextRange {
        let before = self.text[..usize::from(place.start())].trim_end_matches([' ', '\t', '\n', '\r']);
        text::range(before.len(), place.end().into())
    }
}

impl Body<'_> {
    /// True when the code says which accounts or regions its stacks go to.
    fn says_accounts(&self, text: &str) -> bool {
        let mut code = self.statements.iter().map(|it| source(text, *it));
        let says = |it: &str| ["env:", "account", "settings", "config"].iter().any(|word| it.contains(word));
        code.any(says) || self.props.iter().any(|it| says(&it.name))
    }
}

fn is_production(environment: &str) -> bool {
    environment == "prod"
}
