// The map: moves, zooms, and sends what is chosen on it. Every text is set as text, never as markup.
function button(text, label, act) {
  const made = make("button", "", text);
  made.type = "button";
  made.title = label;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

function render({ model, el }) {
  const root = make("div", "wb-map");
  root.dataset.testid = "map";
  const canvas = make("canvas", "wb-map-points");
  const over = make("canvas", "wb-map-over");
  const card = make("div", "wb-map-card");
  card.hidden = true;
  const bar = make("div", "wb-map-bar");
  const legend = make("div", "wb-map-legend");
  const status = make("span", "wb-map-status");
  status.setAttribute("role", "status");
  root.append(canvas, over, card, bar, legend, status);
  el.append(root);
  over.tabIndex = 0;
  over.setAttribute("role", "application");
  over.setAttribute("aria-label", "Map of the threads. Arrow keys move it, plus and minus zoom, 0 shows everything, Escape removes the selection. The list below has the same threads.");

  const view = makeView();
  const points = makePoints(model);
  const raster = makeRaster(points, view);
  let ratio = 1, tool = "pan", path = null, budget = 200000, isMoving = false;
  let waiting = 0, rest = 0, opened = model.get("opened"), hovered = -1, dragged = null;
  const context = canvas.getContext("2d");
  const paper = over.getContext("2d");
  const ink = () => getComputedStyle(root).color;
  let palette = new Uint32Array(256), colours = [];

  const readPalette = () => {
    colours = model.get("palette");
    palette = new Uint32Array(256).fill(0x888888);
    colours.forEach((colour, slot) => {
      const value = parseInt(colour.slice(1), 16);
      palette[slot] = ((value & 255) << 16) | (value & 0xff00) | (value >> 16);
    });
    legend.replaceChildren(
      ...model.get("legend").map(([label, colour]) => {
        const item = make("span", "", label);
        item.style.setProperty("--wb-colour", colour);
        return item;
      }),
    );
  };

  const ask = () => { if (!waiting) waiting = requestAnimationFrame(draw); };
  // While the map moves, as many points are drawn as a frame has time for.
  const move = () => {
    isMoving = true;
    clearTimeout(rest);
    rest = setTimeout(() => { isMoving = false; ask(); }, PAUSE);
    hide();
    ask();
  };

  function draw() {
    waiting = 0;
    const start = performance.now();
    const most = isMoving ? Math.min(points.count, budget) : points.count;
    if (points.count <= SINGLE || (!isMoving && points.near <= SINGLE && points.count <= 300000)) {
      points.near = countNear();
      discs(context, ratio, points, view, colours);
    } else {
      points.near = raster(context, ratio, most, palette);
      if (!isMoving && points.near <= SINGLE && points.count > SINGLE) discs(context, ratio, points, view, colours);
    }
    drawOver();
    const took = performance.now() - start;
    if (isMoving) {
      const wanted = (budget * FRAME) / Math.max(took, 1);
      budget = Math.min(Math.max(0.5 * budget + 0.5 * wanted, 30000), 4e6);
    }
    root.dataset.drawn = isMoving ? "part" : "all";
    root.dataset.took = took.toFixed(1);
    root.dataset.near = Math.round(points.near);
  }

  function countNear() {
    let near = 0;
    const [west, north] = view.toMap(0, 0), [east, south] = view.toMap(view.width, view.height);
    for (let place = 0; place < points.count; place++) {
      if (points.states[place] && points.x[place] >= west && points.x[place] <= east && points.y[place] >= south && points.y[place] <= north) near++;
    }
    return near;
  }

  function drawOver() {
    paper.setTransform(ratio, 0, 0, ratio, 0, 0);
    paper.clearRect(0, 0, view.width, view.height);
    const accent = model.get("accent");
    const size = points.near <= SINGLE ? points.size || 3 : 2;
    if (points.hits.length <= RINGS) points.hits.forEach((place) => ring(place, size + 3, accent, 1.6));
    else {
      paper.fillStyle = accent;
      for (const place of points.hits) {
        const [left, top] = view.toScreen(points.x[place], points.y[place]);
        if (left > 0 && top > 0 && left < view.width && top < view.height) paper.fillRect(left - 1, top - 1, 2, 2);
      }
    }
    model.get("examples").forEach((place) => ring(place, size + 4, "#009e73", 2.5));
    if (hovered >= 0) ring(hovered, size + 2, ink(), 1.5);
    if (opened >= 0 && opened < points.count) {
      ring(opened, size + 6, ink(), 2.5);
      ring(opened, size + 3, ink(), 1);
    }
    labels();
    outline(path || model.get("lasso"));
  }

  function ring(place, radius, colour, width) {
    const [left, top] = view.toScreen(points.x[place], points.y[place]);
    paper.strokeStyle = colour;
    paper.lineWidth = width;
    paper.beginPath();
    paper.arc(left, top, radius, 0, 7);
    paper.stroke();
  }

  // Names of the largest clusters first; one that would cover another is left out.
  function labels() {
    const boxes = [];
    const halo = getComputedStyle(buttons[0]).backgroundColor;
    paper.font = "600 12px system-ui, sans-serif";
    paper.textAlign = "center";
    paper.textBaseline = "middle";
    paper.lineJoin = "round";
    for (const { name, x, y } of model.get("clusters")) {
      const [left, middle] = view.toScreen(x, y);
      const top = middle - 15; // above the points
      const wide = paper.measureText(name).width / 2 + 8;
      const box = [left - wide, top - 12, left + wide, top + 12];
      if (!name || box[0] < 0 || box[1] < 0 || box[2] > view.width || box[3] > view.height) continue;
      if (boxes.some((o) => o[0] < box[2] && o[2] > box[0] && o[1] < box[3] && o[3] > box[1])) continue;
      boxes.push(box);
      paper.lineWidth = 4;
      paper.strokeStyle = halo;
      paper.strokeText(name, left, top);
      paper.fillStyle = ink();
      paper.fillText(name, left, top);
    }
    root.dataset.labels = boxes.length;
  }

  function outline(corners) {
    if (!corners || corners.length < 2) return;
    paper.beginPath();
    corners.forEach(([x, y], place) => {
      const at = view.toScreen(x, y);
      if (place) paper.lineTo(...at);
      else paper.moveTo(...at);
    });
    paper.closePath();
    paper.fillStyle = model.get("accent") + "22";
    paper.fill();
    paper.lineWidth = 2;
    paper.strokeStyle = model.get("accent");
    paper.stroke();
  }

  function nearest(left, top, reach = 9) {
    let best = -1, far = (reach / view.scale()) ** 2;
    const [x, y] = view.toMap(left, top);
    const { x: xs, y: ys, states } = points;
    for (let place = 0; place < points.count; place++) {
      const across = xs[place] - x, up = ys[place] - y;
      const distance = across * across + up * up;
      if (distance < far && states[place] !== HIDDEN) {
        far = distance;
        best = place;
      }
    }
    return best;
  }

  // --- the hover card
  const cards = new Map();
  let asked = 0;
  function hide() {
    card.hidden = true;
    hovered = -1;
  }
  function hover(left, top) {
    const place = nearest(left, top);
    if (place === hovered) return;
    hovered = place;
    over.style.cursor = place < 0 ? "" : "pointer";
    ask();
    clearTimeout(asked);
    if (place < 0) {
      card.hidden = true;
      return;
    }
    if (cards.has(place)) show(place);
    else asked = setTimeout(() => model.send({ kind: "hover", place }), 60);
  }
  function show(place) {
    if (place !== hovered) return;
    const { text, facts } = cards.get(place);
    card.replaceChildren(make("p", "", text), ...facts.map((fact) => make("span", "", fact)));
    card.hidden = false;
    const [left, top] = view.toScreen(points.x[place], points.y[place]);
    card.style.left = `${Math.min(Math.max(left + 14, 4), Math.max(view.width - card.offsetWidth - 4, 4))}px`;
    card.style.top = `${top + 16 + card.offsetHeight > view.height ? Math.max(top - card.offsetHeight - 14, 4) : top + 16}px`;
  }
  const receive = (message) => {
    if (message?.kind !== "card") return;
    cards.set(message.place, message);
    show(message.place);
  };

  // --- choosing
  const choose = (corners) => {
    model.set("lasso", corners.map(([x, y]) => [Math.round(x), Math.round(y)]));
    model.save_changes();
    ask();
  };
  const click = (left, top) => {
    const place = nearest(left, top);
    if (place < 0) {
      if (model.get("lasso").length) choose([]);
      return;
    }
    opened = place;
    model.set("clicked", { place, turn: (model.get("clicked").turn || 0) + 1 });
    model.save_changes();
    ask();
  };

  const at = (event) => {
    const box = over.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  over.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    over.setPointerCapture(event.pointerId);
    const [left, top] = at(event);
    const kind = event.shiftKey && tool === "pan" ? "rectangle" : tool;
    dragged = { left, top, kind, first: [left, top], moved: false };
    if (kind !== "pan") path = [view.toMap(left, top)];
  });
  over.addEventListener("pointermove", (event) => {
    const [left, top] = at(event);
    if (!dragged) {
      hover(left, top);
      return;
    }
    if (Math.hypot(left - dragged.first[0], top - dragged.first[1]) > 3) dragged.moved = true;
    if (!dragged.moved) return;
    if (dragged.kind === "pan") {
      view.pan(left - dragged.left, top - dragged.top);
      Object.assign(dragged, { left, top });
      move();
    } else {
      const [x, y] = view.toMap(left, top);
      if (dragged.kind === "rectangle") {
        const [x0, y0] = path[0];
        path = [[x0, y0], [x, y0], [x, y], [x0, y]];
      } else if (path.length < 400) path.push([x, y]);
      hide();
      ask();
    }
  });
  const end = (event) => {
    if (!dragged) return;
    const { kind, moved } = dragged;
    dragged = null;
    if (!moved) click(...at(event));
    else if (kind !== "pan" && path.length > 2) choose(path);
    path = null;
    ask();
  };
  over.addEventListener("pointerup", end);
  over.addEventListener("pointercancel", () => { dragged = path = null; ask(); });
  over.addEventListener("pointerleave", () => { if (!dragged) { hide(); ask(); } });
  over.addEventListener("dblclick", (event) => { view.zoomAt(2, ...at(event)); move(); });
  over.addEventListener("wheel", (event) => {
    event.preventDefault();
    view.zoomAt(Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) / 150), ...at(event));
    move();
  }, { passive: false });

  const zoom = (factor) => { view.zoomAt(factor, view.width / 2, view.height / 2); move(); };
  const fit = () => { view.fit(); move(); };
  const keys = {
    ArrowLeft: () => view.pan(60, 0), ArrowRight: () => view.pan(-60, 0),
    ArrowUp: () => view.pan(0, 60), ArrowDown: () => view.pan(0, -60),
    "+": () => zoom(1.4), "=": () => zoom(1.4), "-": () => zoom(1 / 1.4), 0: fit, Home: fit,
    Escape: () => choose([]),
    Enter: () => click(view.width / 2, view.height / 2),
  };
  over.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
    move();
  });

  // --- the bar
  const tools = { pan: "Move", rectangle: "Rectangle", lasso: "Lasso" };
  const buttons = Object.entries(tools).map(([name, label]) => {
    const made = make("button", "", label);
    made.type = "button";
    made.addEventListener("click", () => setTool(name));
    return made;
  });
  const setTool = (name) => {
    tool = name;
    over.style.cursor = "";
    root.dataset.tool = name;
    buttons.forEach((made, place) => made.setAttribute("aria-pressed", Object.keys(tools)[place] === name));
  };
  const places = make("select");
  places.setAttribute("aria-label", "Go to a cluster");
  places.addEventListener("change", () => {
    const hill = model.get("clusters")[+places.value];
    if (hill) {
      Object.assign(view, { x: hill.x, y: hill.y, zoom: Math.max(view.zoom, 5) });
      move();
    }
    places.value = "";
  });
  const readClusters = () => {
    const options = model.get("clusters").map(({ name, threads }, place) => {
      const option = make("option", "", `${name || "no name"} (${number(threads)})`);
      option.value = place;
      return option;
    });
    const first = make("option", "", "Go to a cluster");
    first.value = "";
    places.replaceChildren(first, ...options);
    places.hidden = !options.length;
  };
  const clear = button("Clear selection", "Remove the selection", () => choose([]));
  const readLasso = () => {
    clear.hidden = !model.get("lasso").length;
    ask();
  };
  bar.append(
    ...buttons, button("+", "Zoom in", () => zoom(1.6)), button("−", "Zoom out", () => zoom(1 / 1.6)),
    button("Fit", "Show everything", fit), places, clear,
  );
  setTool("pan");

  const readStates = () => {
    points.readStates();
    status.textContent = points.isSearch ? `${number(points.hits.length)} on the map match` : "";
    ask();
  };
  const resize = () => {
    const box = root.getBoundingClientRect();
    if (!box.width) return;
    Object.assign(view, { width: box.width, height: box.height });
    ratio = Math.min(window.devicePixelRatio || 1, points.count > 100000 ? 1 : 2);
    for (const each of [canvas, over]) {
      each.width = Math.round(box.width * ratio);
      each.height = Math.round(box.height * ratio);
    }
    ask();
  };
  const on = {
    "change:places": () => { points.readPlaces(); cards.clear(); resize(); readStates(); },
    "change:slots": () => { points.readSlots(); ask(); },
    "change:palette": () => { readPalette(); ask(); },
    "change:legend": readPalette,
    "change:shown": readStates,
    "change:hits": readStates,
    "change:clusters": () => { readClusters(); ask(); },
    "change:opened": () => { opened = model.get("opened"); ask(); },
    "change:examples": ask,
    "change:lasso": readLasso,
    "msg:custom": receive,
  };
  Object.entries(on).forEach(([name, act]) => model.on(name, act));
  readPalette();
  points.readPlaces();
  readClusters();
  readStates();
  readLasso();
  const observer = new ResizeObserver(resize);
  observer.observe(root);
  const themes = new MutationObserver(ask);
  themes.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  themes.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  resize();
  return () => {
    Object.entries(on).forEach(([name, act]) => model.off(name, act));
    observer.disconnect();
    themes.disconnect();
    cancelAnimationFrame(waiting);
    clearTimeout(rest);
  };
}

export default { render };
