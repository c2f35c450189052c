// The camera of a phone as a scanner: what it reads goes to the scan field, each code once while it is in the picture.
(() => {
  "use strict";

  const root = document.querySelector("[data-scan-queue]");
  const button = root?.querySelector("[data-scan-camera]");
  if (!button || !navigator.mediaDevices?.getUserMedia) return;
  const tools = root.querySelector("[data-scan-tools]").dataset;
  const viewer = root.querySelector("[data-scan-viewer]");
  const video = viewer.querySelector("video");
  const FORMATS = ["qr_code", "code_128", "code_39", "data_matrix", "ean_13", "itf"];
  const AGAIN = 2500;
  button.hidden = false;

  const script = (address) =>
    new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.src = address;
      element.onload = resolve;
      element.onerror = reject;
      document.head.append(element);
    });

  // Not every browser reads codes itself; those that do know different kinds of them.
  const reader = async () => {
    const known = (await window.BarcodeDetector?.getSupportedFormats()) ?? [];
    if (FORMATS.slice(0, 3).every((format) => known.includes(format))) {
      return new BarcodeDetector({ formats: FORMATS.filter((format) => known.includes(format)) });
    }
    if (!window.BarcodeDetectionAPI) await script(tools.reader);
    const { BarcodeDetector: Detector, prepareZXingModule } = window.BarcodeDetectionAPI;
    prepareZXingModule({ overrides: { locateFile: (path, prefix) => (path.endsWith(".wasm") ? tools.wasm : prefix + path) } });
    return new Detector({ formats: FORMATS });
  };

  let stream = null;
  const seen = new Map();
  const look = async (detector) => {
    if (!stream) return;
    const codes = video.readyState >= 2 ? await detector.detect(video) : [];
    for (const { rawValue } of codes) {
      if (Date.now() - (seen.get(rawValue) ?? 0) > AGAIN) root.dispatchEvent(new CustomEvent("scan-code", { detail: rawValue }));
      seen.set(rawValue, Date.now());
    }
    setTimeout(() => look(detector).catch(fail), 150);
  };
  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
    viewer.hidden = true;
    button.setAttribute("aria-pressed", "false");
  };
  const fail = () => {
    stop();
    root.querySelector("[data-scan-no-camera]").hidden = false;
  };

  button.addEventListener("click", async () => {
    if (stream) {
      stop();
      return;
    }
    root.querySelector("[data-scan-no-camera]").hidden = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      viewer.hidden = false;
      button.setAttribute("aria-pressed", "true");
      video.srcObject = stream;
      await video.play();
      look(await reader()).catch(fail);
    } catch {
      fail();
    }
  });
  window.addEventListener("pagehide", stop);
})();
