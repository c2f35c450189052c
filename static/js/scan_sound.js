// A tone after each scan: high for a good code, two low ones for one that needs a look. Made here, without a file;
// the switch for quiet rooms is kept in this browser.
(() => {
  "use strict";

  const form = document.querySelector("[data-scan-form]");
  const quiet = form?.querySelector("[data-scan-quiet]");
  if (!quiet) return;
  const KEY = "scan-quiet";
  const TONES = { good: [[1320, 0.09]], warn: [[880, 0.09], [880, 0.09]], bad: [[220, 0.22], [165, 0.3]] };
  let audio = null;

  const remembered = () => {
    try {
      return localStorage.getItem(KEY) === "yes";
    } catch {
      return false;
    }
  };
  quiet.checked = remembered();
  quiet.addEventListener("change", () => {
    try {
      localStorage.setItem(KEY, quiet.checked ? "yes" : "no");
    } catch {
      // without a memory the switch holds for this page
    }
  });
  form.querySelector("[data-scan-hints]").hidden = false;

  const play = (tones) => {
    audio ??= new AudioContext();
    let at = audio.currentTime;
    tones.forEach(([pitch, length]) => {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.2, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + length);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + length);
      at += length + 0.04;
    });
  };

  document.body.addEventListener("htmx:afterSwap", () => {
    const verdict = document.querySelector("#codes [data-verdict]")?.dataset.verdict;
    if (verdict in TONES && !quiet.checked && window.AudioContext) play(TONES[verdict]);
  });
})();
