"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const body = $("rows");
  const order = ["critical", "high", "medium", "low", "info"];
  const rows = body ? [...body.querySelectorAll("tr.row")] : [];
  const packs = new Map();
  let later = null;
  let at = -1;
  const STEP = 500; // rows listed at once: laying out more is what freezes a page
  let most = STEP;
  const drawn = body ? body.querySelectorAll("tr.detail").length : 0;

  const unpacked = async (number) => {
    later ??= JSON.parse($("later").textContent);
    if (!packs.has(number)) {
      const bytes = Uint8Array.from(atob(later.packs[number]), (c) => c.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
      packs.set(number, new Response(stream).json());
    }
    return packs.get(number);
  };

  const detailOf = async (row) => {
    const next = row.nextElementSibling;
    if (next && next.classList.contains("detail")) return next;
    later ??= JSON.parse($("later").textContent);
    const place = rows.indexOf(row) - drawn;
    const texts = await unpacked(Math.floor(place / later.pack));
    const detail = document.createElement("tr");
    detail.className = "detail";
    detail.hidden = true;
    const cell = detail.appendChild(document.createElement("td"));
    cell.colSpan = 9;
    cell.innerHTML = texts[place % later.pack]; // escaped where it was rendered; the policy runs no script in it
    row.after(detail);
    return detail;
  };

  const show = async (row, open) => {
    const button = row.querySelector("button.open");
    const wanted = open ?? button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(wanted));
    (await detailOf(row)).hidden = !wanted;
    if (!wanted) return;
    history.replaceState(null, "", `#${row.id}`);
    row.scrollIntoView({ block: "start" });
  };

  const texts = new Map();
  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  };

  const filter = () => {
    if (!body) return;
    const value = (id) => $(id).value;
    const words = value("text").toLowerCase().split(/\s+/).filter(Boolean);
    const severity = value("severity"), tier = value("tier"), party = value("party"), certainty = value("certainty"), gain = value("gain");
    const suppressed = $("suppressed").checked;
    let count = 0;
    let listed = 0;
    for (const row of rows) {
      const d = row.dataset;
      const meant = (!severity || order.indexOf(d.severity) <= order.indexOf(severity)) && (!tier || d.tier === tier)
        && (!party || d.party === party) && (!certainty || d.certainty === certainty) && (!gain || d.gain.split(" ").includes(gain))
        && (suppressed || !row.classList.contains("suppressed")) && words.every((word) => textOf(row).includes(word));
      count += meant;
      const shown = meant && listed < most;
      listed += shown;
      if (row.hidden === shown) {
        row.hidden = !shown;
        const next = row.nextElementSibling;
        if (next && next.classList.contains("detail")) next.hidden = !shown || row.querySelector("button.open").getAttribute("aria-expanded") !== "true";
      }
    }
    $("count").textContent = `${count} of ${rows.length}`;
    $("further").hidden = listed === count;
    $("further").textContent = `list ${Math.min(STEP, count - listed)} more of ${count - listed}`;
  };

  const move = (step) => {
    const shown = rows.filter((row) => !row.hidden);
    if (!shown.length) return;
    const now = shown.indexOf(rows[at]);
    const next = shown[Math.min(Math.max(now + step, 0), shown.length - 1)];
    if (at >= 0) rows[at].classList.remove("at");
    at = rows.indexOf(next);
    next.classList.add("at");
    const button = next.querySelector("button.open");
    button.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };

  const draw = () => {
    const canvas = $("canvas");
    if (!canvas || !canvas.hidden) return;
    const data = JSON.parse($("paths").textContent);
    const layout = new dagre.graphlib.Graph({ multigraph: true }).setGraph({ rankdir: "LR", nodesep: 26, ranksep: 90 });
    for (const node of data.nodes) layout.setNode(node.id, { width: Math.max(60, node.label.length * 7), height: 34 });
    data.edges.forEach((edge, number) => layout.setEdge(edge.source, edge.target, {}, String(number)));
    dagre.layout(layout);
    canvas.hidden = false;
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const graph = cytoscape({
      container: canvas,
      elements: [
        ...data.nodes.map((node) => ({ data: node, position: { x: layout.node(node.id).x, y: layout.node(node.id).y } })),
        ...data.edges.map((edge, number) => ({ data: { ...edge, id: `e${number}` } })),
      ],
      layout: { name: "preset" },
      style: [
        { selector: "node", style: { label: "data(label)", "font-size": 11, color: colour("ink"), "text-valign": "bottom", "text-margin-y": 4, width: 18, height: 18, "background-color": colour("inside") } },
        { selector: 'node[role="outside"]', style: { "background-color": colour("outside") } },
        { selector: 'node[role="asset"]', style: { "background-color": colour("asset"), shape: "round-rectangle" } },
        { selector: "edge", style: { width: 2, "line-color": colour("weak"), "target-arrow-color": colour("weak"), "target-arrow-shape": "triangle", "curve-style": "bezier" } },
        { selector: 'edge[certainty="possible"]', style: { "line-style": "dashed" } },
        { selector: 'edge[certainty="blocked"]', style: { "line-style": "dotted", "line-color": colour("ours") } },
        { selector: "edge:selected", style: { label: "data(label)", "font-size": 10, color: colour("ink") } },
        { selector: ":selected", style: { "border-width": 3, "border-color": colour("ink") } },
      ],
    });
    graph.fit(undefined, 30);
    graph.on("tap", "node", (event) => {
      const node = event.target.data();
      $("said").textContent = `${node.id} ${node.said ? `(${node.said})` : ""}`;
      if (node.role !== "inside") {
        $("text").value = node.role === "asset" ? node.id : "";
        $("party").value = "";
        if (node.role === "outside") for (const option of $("party").options) if (option.value === node.id || option.value === node.said) $("party").value = option.value;
        filter();
      }
    });
    graph.on("tap", "edge", (event) => { $("said").textContent = `${event.target.data("source")} ${event.target.data("label")} → ${event.target.data("target")}`; });
    $("said").textContent = `${data.nodes.length} nodes, ${data.edges.length} hops${data.left_out ? `; the paths of ${data.left_out} further findings are left out of the drawing` : ""}`;
    canvas.dataset.drawn = String(graph.nodes().length);
  };

  if (body) {
    body.addEventListener("click", (event) => {
      const button = event.target.closest("button.open");
      if (button) { at = rows.indexOf(button.closest("tr")); show(rows[at]); }
    });
    const anew = () => { most = STEP; filter(); };
    $("filters").addEventListener("input", anew);
    $("filters").addEventListener("reset", () => setTimeout(anew));
    $("further").addEventListener("click", () => { most += STEP; filter(); });
    $("filters").addEventListener("submit", (event) => event.preventDefault());
    for (const button of document.querySelectorAll("button.party")) button.addEventListener("click", () => {
      $("party").value = button.dataset.party;
      filter();
      $("findings").scrollIntoView();
    });
    $("draw").addEventListener("click", draw);
    filter();
    const named = location.hash.startsWith("#f-") && document.getElementById(location.hash.slice(1));
    if (named) { named.hidden = false; show(named, true); }
  }
  $("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, select, textarea");
    if (event.key === "Escape" && body) { $("filters").reset(); event.target.blur(); }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !body) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "g") { draw(); $("graph").scrollIntoView(); }
    else if (event.key === "/") $("text").focus();
    else return;
    event.preventDefault();
  });
})();
