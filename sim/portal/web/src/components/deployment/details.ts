export interface Operation {
  operationId: string;
  properties: {
    provisioningState?: string;
    duration?: string;
    statusCode?: string;
    statusMessage?: unknown;
    targetResource?: { resourceName?: string; resourceType?: string };
  };
}

export interface Detail { code: string; message: string; depth: number }

interface AzureError { code?: unknown; message?: unknown; details?: unknown }

/** An error of Azure and the errors within it, outermost first; nothing for a message that is no error. */
export function detailsOf(message: unknown, depth = 0): Detail[] {
  if (typeof message !== "object" || message === null) return [];
  const error = ("error" in message ? message.error : message) as AzureError | null;
  if (typeof error !== "object" || error === null || typeof error.code !== "string") return [];
  const inner = Array.isArray(error.details) ? error.details.flatMap((one) => detailsOf(one, depth + 1)) : [];
  return [{ code: error.code, message: typeof error.message === "string" ? error.message : "", depth }, ...inner];
}
