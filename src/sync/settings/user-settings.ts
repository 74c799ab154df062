import { STATE_FILE } from '../../client/shared-dir.js';

/** The state file, and its older name. */
const STATE_FILES: readonly string[] = [STATE_FILE, '.config.json'];

/**
 * The keys of the client's state file that a user sets: those in its own list of configuration keys (2.1.332), without those that it only
 * remembers, and those that its commands add for a user, at any depth. All other keys are counters and memory of the client.
 */
const OF_USERS = new RegExp(
  [
    String.raw`(?:^|\.)(?:mcpServers|mcpContextUris|allowedTools|enabledMcpjsonServers|disabledMcpjsonServers)(?:\.|$)`,
    String.raw`^(?:apiKeyHelper|autoUpdates|theme|verbose|preferredNotifChannel|editorMode|autoCompactEnabled|autoScrollEnabled|showTurnDuration)(?:\.|$)`,
    String.raw`^(?:externalEditorContext|showMessageTimestamps|diffTool|env|todoFeatureEnabled|showExpandedTodos|briefTranscript|diffSidebarOpen)(?:\.|$)`,
    String.raw`^(?:messageIdleNotifThresholdMs|autoConnectIde|autoInstallIdeExtension|fileCheckpointingEnabled|terminalProgressBarEnabled)(?:\.|$)`,
    String.raw`^(?:showStatusInTerminalTab|taskCompleteNotifEnabled|inputNeededNotifEnabled|agentPushNotifEnabled|respectGitignore)(?:\.|$)`,
    String.raw`^(?:claudeInChromeDefaultEnabled|lspRecommendationDisabled|copyFullResponse|copyOnSelect|leftArrowOpensAgents|defaultToAgentsView)(?:\.|$)`,
    String.raw`^(?:prStatusFooterEnabled|remoteControlAtStartup|autoUploadSessions|workflowSizeGuideline|teammateMode)(?:\.|$)`,
  ].join('|'),
);

/** Whether a key of a file at the top of the shared dir is a user's setting. `key` is dotted. */
export function isUserSetting(place: string, key: string): boolean {
  return place === 'settings.json' ? key !== '' : STATE_FILES.includes(place) && OF_USERS.test(key);
}

/** Settings whose value is a name or a number that reveals nothing about a person. */
const HARMLESS =
  /^(?:model|theme|outputStyle|language|effortLevel|permissions\.defaultMode|editorMode|autoUpdatesChannel|cleanupPeriodDays|preferredNotifChannel|diffTool|teammateMode|messageIdleNotifThresholdMs)$/;

const SHORT_NAME = /^[A-Za-z0-9][\w .:[\]-]{0,39}$/;

/**
 * The value of a setting, if it can be shown; undefined for any value that might be a secret. Shown are only booleans outside of `env`, and
 * short values of settings that are known to be harmless. `json` is the value as JSON text.
 */
export function shownValue(key: string, json: string): string | undefined {
  if (json === 'true' || json === 'false') return /(?:^|\.)env(?:\.|$)/.test(key) ? undefined : json;
  if (!HARMLESS.test(key)) return undefined;
  if (/^\d{1,6}$/.test(json)) return json;
  const name = /^"([^"\\]*)"$/.exec(json)?.[1];
  return name !== undefined && SHORT_NAME.test(name) ? json : undefined;
}
