const TONES_HZ = [660, 880];
const TONE_S = 0.14;

/** Plays two soft tones. A browser that forbids sound until somebody has touched the page stays silent. */
export function play(): void {
  try {
    const audio = new AudioContext();
    const loudness = audio.createGain();
    loudness.connect(audio.destination);
    const end = audio.currentTime + TONES_HZ.length * TONE_S;
    loudness.gain.setValueAtTime(0.12, audio.currentTime);
    loudness.gain.exponentialRampToValueAtTime(0.001, end);
    TONES_HZ.forEach((frequency, index) => {
      const tone = audio.createOscillator();
      tone.frequency.value = frequency;
      tone.connect(loudness);
      tone.start(audio.currentTime + index * TONE_S);
      tone.stop(audio.currentTime + (index + 1) * TONE_S);
      if (index === TONES_HZ.length - 1) tone.onended = () => void audio.close();
    });
  } catch {
    // This device has no sound.
  }
}
