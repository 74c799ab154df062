/** The tools whose `file_path` may lead into the memory folder. */
export const FILE_TOOLS = ['Read', 'Edit', 'Write'] as const;
export type FileTool = (typeof FILE_TOOLS)[number];

/**
 * The client's permission rule for everything (or for a pattern) below an absolute folder, such as `Edit(//home/me/notes/**)`: two
 * slashes stand for the root of the file system. Undefined when the path holds a character that means something in a
 * rule: a rule that cannot be written exactly must not be written at all.
 */
export function ruleBelow(tool: FileTool, folder: string, pattern = '**'): string | undefined {
  return /[*?[\]{}()!\\\n]/.test(folder) ? undefined : `${tool}(/${folder}/${pattern})`;
}
