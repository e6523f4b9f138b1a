import { useEffect, useRef, useState } from "react";

const PHONE = "(max-width: 640px)";

// On a phone one stage fills the window and the window snaps from stage to stage; this strip says where one is and leads there.
export function StageStrip({ stages, words }) {
  const strip = useRef(null);
  const [now, setNow] = useState(0);
  useEffect(() => {
    const look = () => { if (matchMedia(PHONE).matches) setNow(Math.round(scrollX / innerWidth)); };
    addEventListener("scroll", look, { passive: true });
    return () => removeEventListener("scroll", look);
  }, []);
  useEffect(() => {
    const tab = strip.current?.children[now];
    if (tab) strip.current.scrollTo({ left: tab.offsetLeft - (strip.current.clientWidth - tab.clientWidth) / 2, behavior: "smooth" });
  }, [now]);
  return (
    <nav className="board__strip" aria-label={words.stages} ref={strip}>
      {stages.map((stage, index) => (
        <button key={stage.id} type="button" className="board__tab" aria-current={index === now ? "true" : undefined} style={{ "--stage": stage.colour }}
          onClick={() => scrollTo({ left: index * innerWidth, behavior: "smooth" })}>
          {stage.name}<span className="count">{stage.count}</span>
        </button>
      ))}
    </nav>
  );
}

// The board is wider than a phone; without a minimum scale the browser would zoom out to show all of it. Zooming in stays free.
export function useNoZoomOut() {
  useEffect(() => {
    const meta = document.querySelector('meta[name="viewport"]');
    if (!meta) return undefined;
    const before = meta.content;
    meta.content = "width=device-width, initial-scale=1, minimum-scale=1";
    return () => { meta.content = before; };
  }, []);
}
