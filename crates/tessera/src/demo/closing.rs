//! The end of the story: where to look on, as whom, and what to try.

use super::{
    consumers::PURPOSE,
    producers::SIGNALS,
    stage::{PEOPLE, Stage},
};

/// Says that every step held, and how to go on.
pub fn tell(stage: &mut Stage<'_>, serve: bool) {
    let style = stage.narrator.style();
    let seconds = stage.narrator.elapsed().as_secs_f64();
    stage.narrator.line(&format!("\n{} in {seconds:.1} s.", style.bold("Every step held")));
    if !serve {
        stage
            .narrator
            .line("Run `tessera demo --serve` to look around in this mesh: it ends with tokens and things to try.");
        return;
    }
    let (host, port) = stage.postgres.rsplit_once(':').unwrap_or((stage.postgres.as_str(), ""));
    let mut lines = vec![String::new(), style.bold("This mesh keeps serving")];
    lines.push(format!("  HTTP      {}   the console, in a browser, with a token from below", stage.http));
    lines.push(format!("  Postgres  {}, database mesh", stage.postgres));
    lines.push(format!("  files     {}", stage.data.display()));
    if let Some(database) = &stage.company.database {
        lines.push(format!("  source    {}, {}, database claims", database.address, database.version));
    }
    lines.push(String::new());
    lines.push(style.bold("People and their tokens"));
    for (name, what) in PEOPLE {
        lines.push(format!("  {name:<7} {}  {what}", stage.token(name)));
    }
    let program = std::env::current_exe().ok();
    let folder = program.as_deref().and_then(std::path::Path::parent).map(|folder| folder.display().to_string());
    lines.push(String::new());
    lines.push(style.bold("Three things to try, in the browser or in another terminal"));
    lines
        .push("     browser: 1. as ana, SQL   2. as ana, Marketplace; as stella, Inbox   3. as iris, Audit".to_owned());
    lines.push(format!("     export PATH=\"{}:$PATH\" TESSERA_URL={}", folder.unwrap_or_default(), stage.http));
    for name in ["ana", "stella", "iris"] {
        lines.push(format!("     export {}={}", name.to_uppercase(), stage.token(name)));
    }

    lines.push("  1. Read the riskiest claims as ana, documents as tokens:".to_owned());
    lines
        .push(format!("     PGPASSWORD=$ANA PGOPTIONS='-c purpose={PURPOSE}' psql -h {host} -p {port} -U ana mesh \\"));
    lines.push(format!("       -c 'SELECT * FROM {SIGNALS}.signals ORDER BY score DESC LIMIT 5'"));
    lines
        .push("  2. Ask for the policies again as ana, and see as their steward what waits for a decision:".to_owned());
    lines.push(format!(
        "     TESSERA_TOKEN=$ANA tessera request policy.policies_active --purpose {PURPOSE} --reason 'once more'"
    ));
    lines.push("     TESSERA_TOKEN=$STELLA tessera requests --pending".to_owned());
    lines.push("  3. See as the auditor who decided what, last and first, and verify the chain:".to_owned());
    lines.push("     TESSERA_TOKEN=$IRIS tessera journal show --limit 20".to_owned());
    lines.push("     TESSERA_TOKEN=$IRIS tessera journal show --from 1 --limit 20".to_owned());
    lines.push("     TESSERA_TOKEN=$IRIS tessera journal verify".to_owned());
    lines.push(String::new());
    lines.push(style.dim("Ctrl-C stops the mesh and removes its files."));
    for line in lines {
        stage.narrator.line(&line);
    }
}
