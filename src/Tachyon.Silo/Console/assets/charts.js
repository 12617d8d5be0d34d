// Draws the charts of the overview from /v1/history: all of it once, then what is new whenever the page changed.
"use strict";

(() => {
  const MS = 1_000;
  const LEAST_SECONDS = 120;
  const SECONDS_PER_MINUTE = 60;
  const BYTES_PER_MB = 1_000_000;

  const plots = [...document.querySelectorAll(".plot")];
  if (plots.length === 0) {
    return;
  }

  const values = {
    rate: (sample, seconds) => sample.bytes / BYTES_PER_MB / seconds,
    earned: (sample, seconds) => (sample.tokens / seconds) * SECONDS_PER_MINUTE,
  };
  const samples = [];
  const charts = new Map();
  let periodMs = 5_000;
  let asking = false;

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const figure = (value) => Number(value.toPrecision(3)).toString();
  const time = (seconds) => new Date(seconds * MS).toISOString().slice(11, 16);

  function options(plot) {
    const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
    return {
      width: plot.clientWidth,
      height: plot.clientHeight,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { size: 7 } },
      scales: { x: { time: false, range: (chart, first, last) => [Math.min(first, last - LEAST_SECONDS), last] }, y: { range: (chart, least, most) => [0, most > 0 ? most * 1.15 : 1] } },
      axes: [
        { ...axis, size: 28, space: 64, incrs: [60, 120, 300, 600, 900, 1_800], values: (chart, ticks) => ticks.map(time) },
        { ...axis, size: 52, space: 36, values: (chart, ticks) => ticks.map(figure) },
      ],
      series: [{}, { stroke: colour("--series"), fill: colour("--series-fill"), width: 2, points: { show: false } }],
    };
  }

  function data(plot) {
    const value = values[plot.dataset.series];
    return [samples.map((sample) => sample.endMs / MS), samples.map((sample) => value(sample, periodMs / MS))];
  }

  function draw() {
    for (const plot of plots) {
      if (samples.length < 2) {
        plot.classList.add("empty");
        plot.textContent = "The first figures come within half a minute.";
      } else if (charts.has(plot)) {
        charts.get(plot).setData(data(plot));
      } else {
        plot.classList.remove("empty");
        plot.textContent = "";
        charts.set(plot, new uPlot(options(plot), data(plot), plot));
      }
    }
  }

  function redraw() {
    for (const chart of charts.values()) {
      chart.destroy();
    }

    charts.clear();
    draw();
  }

  async function ask() {
    if (asking) {
      return;
    }

    asking = true;
    try {
      const answer = await fetch(`/v1/history?after=${samples.at(-1)?.endMs ?? 0}`);
      if (answer.ok) {
        const history = await answer.json();
        periodMs = history.periodMs;
        samples.push(...history.samples);
        const oldest = (samples.at(-1)?.endMs ?? 0) - 60 * SECONDS_PER_MINUTE * MS;
        samples.splice(0, samples.findIndex((sample) => sample.endMs > oldest));
        draw();
      }
    } catch {
      // The page itself says that the silo cannot be reached.
    } finally {
      asking = false;
    }
  }

  let resizing = 0;
  new ResizeObserver(() => {
    cancelAnimationFrame(resizing);
    resizing = requestAnimationFrame(() => charts.forEach((chart, plot) => chart.setSize({ width: plot.clientWidth, height: plot.clientHeight })));
  }).observe(plots[0]);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  document.addEventListener("tachyon:changed", ask);
  ask();
})();
