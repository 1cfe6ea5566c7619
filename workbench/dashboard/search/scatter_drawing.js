// Draws up to millions of points on a canvas without a GPU. They come in a random order: the first
// of them are a sample, drawn while the map moves. `scatter.js` follows in the same module.
const FULL = 65535;
const HIDDEN = 0, SHOWN = 1, FAINT = 2;
const SINGLE = 6000; // visible points up to which each one is drawn as a disc
const RINGS = 1500; // hits up to which each one has a ring
const PAUSE = 140; // milliseconds without movement until all points are drawn
const FRAME = 14; // milliseconds that a frame may take while the map moves

const bytesOf = (value) =>
  value instanceof DataView
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value || []);
const isSet = (bits, place) => bits[place >> 3] & (128 >> (place & 7));

// The window on the map: middle and scale, in units of the map and pixels per unit.
function makeView() {
  const view = { x: FULL / 2, y: FULL / 2, zoom: 1, width: 1, height: 1 };
  view.scale = () => (Math.min(view.width, view.height) * 0.94 * view.zoom) / FULL;
  view.toScreen = (x, y) => [
    (x - view.x) * view.scale() + view.width / 2,
    (view.y - y) * view.scale() + view.height / 2,
  ];
  view.toMap = (left, top) => [
    (left - view.width / 2) / view.scale() + view.x,
    view.y - (top - view.height / 2) / view.scale(),
  ];
  view.clamp = () => {
    view.zoom = Math.min(Math.max(view.zoom, 0.8), 400);
    view.x = Math.min(Math.max(view.x, 0), FULL);
    view.y = Math.min(Math.max(view.y, 0), FULL);
  };
  view.zoomAt = (factor, left, top) => {
    const [x, y] = view.toMap(left, top);
    view.zoom *= factor;
    view.clamp();
    const [newX, newY] = view.toMap(left, top);
    view.x += x - newX;
    view.y += y - newY;
    view.clamp();
  };
  view.pan = (left, top) => {
    view.x -= left / view.scale();
    view.y += top / view.scale();
    view.clamp();
  };
  view.fit = () => Object.assign(view, { x: FULL / 2, y: FULL / 2, zoom: 1 });
  return view;
}

// Points and their states, from the bytes that the server sent.
function makePoints(model) {
  const points = { count: 0, x: null, y: null, slots: null, states: null, hits: [] };
  points.readPlaces = () => {
    const raw = bytesOf(model.get("places"));
    const pairs = new Uint16Array(raw.slice().buffer);
    points.count = pairs.length / 2;
    points.x = new Uint16Array(points.count);
    points.y = new Uint16Array(points.count);
    for (let place = 0; place < points.count; place++) {
      points.x[place] = pairs[2 * place];
      points.y[place] = pairs[2 * place + 1];
    }
    points.states = new Uint8Array(points.count);
    points.readSlots();
    points.readStates();
  };
  points.readSlots = () => {
    const slots = bytesOf(model.get("slots"));
    points.slots = slots.length === points.count ? slots : new Uint8Array(points.count);
  };
  points.readStates = () => {
    const shown = bytesOf(model.get("shown"));
    const hits = bytesOf(model.get("hits"));
    points.isSearch = hits.length > 0;
    const found = [];
    for (let place = 0; place < points.count; place++) {
      const isHit = points.isSearch && isSet(hits, place);
      const isShown = !shown.length || isSet(shown, place);
      points.states[place] = isShown ? (points.isSearch && !isHit ? FAINT : SHOWN) : HIDDEN;
      if (isHit && isShown) found.push(place);
    }
    points.hits = found;
  };
  return points;
}

// Counts the points of each pixel and colours the pixels by the last point and by their number.
function makeRaster(points, view) {
  let counts = new Uint16Array(0), last = new Uint8Array(0), image = null;
  const shade = new Uint8ClampedArray(65536);
  return function raster(context, ratio, most, palette) {
    const width = Math.max(1, Math.round(view.width * ratio));
    const height = Math.max(1, Math.round(view.height * ratio));
    if (!image || image.width !== width || image.height !== height) {
      image = context.createImageData(width, height);
      counts = new Uint16Array(width * height);
      last = new Uint8Array(width * height);
    }
    counts.fill(0);
    const { x, y, slots, states } = points;
    const scale = view.scale() * ratio;
    const left = width / 2 - view.x * scale;
    const top = height / 2 + view.y * scale;
    let visible = 0, largest = 1;
    for (let place = 0; place < most; place++) {
      const state = states[place];
      if (state === HIDDEN) continue;
      const column = (x[place] * scale + left) | 0;
      const row = (top - y[place] * scale) | 0;
      if (column < 0 || row < 0 || column >= width || row >= height) continue;
      visible++;
      const cell = row * width + column;
      if (counts[cell] < FULL && ++counts[cell] > largest) largest = counts[cell];
      last[cell] = state === FAINT ? 255 : slots[place];
    }
    const base = Math.log(1 + largest);
    for (let count = 1; count <= largest; count++) {
      shade[count] = 255 * (0.45 + (0.55 * Math.log(1 + count)) / base);
    }
    const out = new Uint32Array(image.data.buffer);
    for (let cell = 0; cell < out.length; cell++) {
      const count = counts[cell];
      if (!count) {
        out[cell] = 0;
        continue;
      }
      const slot = last[cell];
      const alpha = slot === 255 ? shade[count] >> 2 : shade[count];
      out[cell] = (alpha << 24) | palette[slot];
    }
    context.putImageData(image, 0, 0);
    return visible * (points.count / Math.max(most, 1));
  };
}

function discs(context, ratio, points, view, colours) {
  const size = Math.min(6, Math.max(2, 0.3 * Math.sqrt((view.width * view.height) / (points.near || 1))));
  points.size = size;
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  const draw = (wanted) => {
    for (let place = 0; place < points.count; place++) {
      if (points.states[place] !== wanted) continue;
      const [left, top] = view.toScreen(points.x[place], points.y[place]);
      if (left < -9 || top < -9 || left > view.width + 9 || top > view.height + 9) continue;
      context.fillStyle = colours[points.slots[place]] || colours[0] || "#888";
      context.globalAlpha = wanted === FAINT ? 0.22 : 0.85;
      context.beginPath();
      context.arc(left * ratio, top * ratio, size * ratio, 0, 7);
      context.fill();
    }
  };
  draw(FAINT);
  draw(SHOWN);
  context.globalAlpha = 1;
}
