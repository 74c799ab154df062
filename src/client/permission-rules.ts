/** The tools that take the path of one file. */
export const FILE_TOOLS = ['Read', 'Edit', 'Write', 'NotebookEdit'] as const;
export type FileTool = (typeof FILE_TOOLS)[number];
/** The file tools that write the file. */
export const WRITING_TOOLS = ['Edit', 'Write', 'NotebookEdit'] as const;

/**
 * The client's permission rule for everything (or for a pattern) below an absolute folder, such as `Edit(//home/me/notes/**)`, in
 * which two slashes are the root of the file system. Undefined when the path contains a character with a meaning in a rule: a rule
 * that cannot be exact must not be written at all.
 */
export function ruleBelow(tool: FileTool, folder: string, pattern = '**'): string | undefined {
  return isPlain(folder) ? `${tool}(/${folder}/${pattern})` : undefined;
}

/**
 * The conditions (`if`) of a hook that is to run for everything below an absolute folder. There is one for each way in which
 * clients read them: as a permission rule, or before 2.1.179 as a pattern of the path itself, which newer clients take for a path
 * in the project. Empty when the path cannot be written in a condition.
 */
export function conditionsBelow(tool: FileTool, folder: string): string[] {
  return isPlain(folder) ? [`${tool}(/${folder}/**)`, `${tool}(${folder}/**)`] : [];
}

function isPlain(folder: string): boolean {
  return !/[*?[\]{}()!\\\n]/.test(folder);
}
