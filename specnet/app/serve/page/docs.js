// Lists what openapi.json says.

const make = (kind, ...children) => {
  const made = document.createElement(kind);
  made.append(...children);
  return made;
};

function parameters(call) {
  const rows = (call.parameters ?? []).map(({ name, description, schema }) => {
    const kinds = (schema.anyOf ?? [schema]).map(({ type }) => type).filter((type) => type !== "null");
    return make("tr", make("td", make("code", name)), make("td", kinds.join(" or ")), make("td", description ?? ""));
  });
  return rows.length ? [make("table", make("tbody", ...rows))] : [];
}

function answers(call) {
  const rows = Object.entries(call.responses).map(([status, { description }]) =>
    make("tr", make("td", status), make("td", description)));
  return make("details", make("summary", "Answers"), make("table", make("tbody", ...rows)));
}

try {
  const { paths } = await (await fetch("openapi.json")).json();
  for (const [path, calls] of Object.entries(paths)) {
    for (const [method, call] of Object.entries(calls)) {
      document.getElementById("calls").append(
        make("dt", make("code", `${method.toUpperCase()} ${path}`)),
        make("dd", make("p", call.description ?? call.summary), ...parameters(call), answers(call)),
      );
    }
  }
} catch {
  const problem = document.getElementById("problem");
  problem.textContent = "The service does not answer. Is it still running?";
  problem.hidden = false;
}
