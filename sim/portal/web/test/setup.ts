import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

// What jsdom lacks and Fluent asks for.
globalThis.ResizeObserver ??= class { observe() {} unobserve() {} disconnect() {} };
window.matchMedia ??= ((query: string) => ({ matches: false, media: query, addEventListener: () => undefined, removeEventListener: () => undefined })) as unknown as typeof window.matchMedia;

afterEach(cleanup);
