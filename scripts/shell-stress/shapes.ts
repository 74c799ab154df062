/** A new folder of the shared dir, and the parts of it that one command of a pair may touch. */
export interface Field {
  /** The path as users write it, with `~`. */
  readonly folder: string;
  /** A folder for files that are not shared. */
  readonly scratch: string;
  /** Different for each command. */
  readonly tag: string;
  /** The number of the entry that only this command changes. */
  readonly entry: number;
  /** The number of the file that only this command touches. */
  readonly own: number;
}

/** The effect of a command on a text or JSON file, by lines or keys. */
export interface Effect {
  readonly file: string;
  readonly adds?: readonly string[];
  readonly removes?: readonly string[];
}

/** A way in which a model writes with a shell command. */
export interface Shape {
  readonly name: string;
  /** Shapes of the same kind write the same file. */
  readonly kind: 'index' | 'data' | 'own';
  readonly command: (field: Field) => string;
  readonly effects: (field: Field) => readonly Effect[];
}

export const ENTRIES = 10;
export const INDEX = '_index.md';
export const DATA = 'data.json';
/** The shape that writes after its call has ended. */
export const BACKGROUND = 'in the background';

/** The initial files of a field. */
export function fieldFiles(): Readonly<Record<string, string>> {
  return {
    [INDEX]: `# Index\n\n${Array.from({ length: ENTRIES }, (_, at) => `${entryLine(at + 1)}\n`).join('')}`,
    [DATA]: `${JSON.stringify({ known: 'before' }, null, 2)}\n`,
    [ownFile(1)]: `${ownLine(1)}\n`,
    [ownFile(2)]: `${ownLine(2)}\n`,
    'tool/add.sh': 'printf -- "- %s\\n" "$2" >> "$1/_index.md"\n',
    'tool/tidy.py': TIDY,
  };
}

export function entryLine(entry: number): string {
  return `- entry ${entry} of the index`;
}

/** Adds an entry to every index below a folder, as a skill's script would. */
const TIDY = `import pathlib, sys, time
for path in pathlib.Path(sys.argv[1]).glob("_ind*.md"):
    lines = path.read_text().splitlines()
    time.sleep(0.05)
    path.write_text("\\n".join(lines + ["- " + sys.argv[2]]) + "\\n")
`;

const added = ({ tag }: Field): readonly Effect[] => [{ file: INDEX, adds: [`- ${tag}`] }];
const removed = ({ entry }: Field): readonly Effect[] => [{ file: INDEX, removes: [entryLine(entry)] }];
const changed = ({ entry, tag }: Field): readonly Effect[] => [
  { file: INDEX, removes: [entryLine(entry)], adds: [`- entry ${entry} is ${tag}`] },
];

function index(name: string, effects: Shape['effects'], command: Shape['command']): Shape {
  return { name, kind: 'index', effects, command };
}

/** Text files, by programs that append, rewrite, replace, remove; JSON, by programs that parse it; files that only one command touches. */
export const shapes: readonly Shape[] = [
  index('echo >>', added, ({ folder, tag }) => `echo "- ${tag}" >> ${folder}/${INDEX}`),
  index('printf >>', added, ({ folder, tag }) => `printf '%s\\n' '- ${tag}' >> "${folder.replace('~', '$HOME')}/${INDEX}"`),
  index('here-document', added, ({ folder, tag }) => `cat >> ${folder}/${INDEX} <<'EOF'\n- ${tag}\nEOF`),
  index('tee -a', added, ({ folder, tag }) => `echo "- ${tag}" | tee -a ${folder}/${INDEX} > /dev/null`),
  index('sed -i, insert', added, ({ folder, tag }) => `sed -i '3i - ${tag}' ${folder}/${INDEX}`),
  index(
    'sed -i, replace',
    changed,
    ({ folder, entry, tag }) => `sed -i 's/^${entryLine(entry)}$/- entry ${entry} is ${tag}/' ${folder}/${INDEX}`,
  ),
  index('sed -i, delete', removed, ({ folder, entry }) => `sed -i '/^${entryLine(entry)}$/d' ${folder}/${INDEX}`),
  index(
    'cd, then sed -i',
    changed,
    ({ folder, entry, tag }) => `cd ${folder} && sed -i 's/^${entryLine(entry)}$/- entry ${entry} is ${tag}/' ${INDEX}`,
  ),
  index(
    'perl -pi',
    changed,
    ({ folder, entry, tag }) => `perl -pi -e 's/^${entryLine(entry)}$/- entry ${entry} is ${tag}/' ${folder}/${INDEX}`,
  ),
  index(
    'awk and mv',
    removed,
    ({ folder, entry }) =>
      `awk '$0 != "${entryLine(entry)}"' ${folder}/${INDEX} > ${folder}/${INDEX}.${entry} && mv ${folder}/${INDEX}.${entry} ${folder}/${INDEX}`,
  ),
  index(
    'grep -v and mv',
    removed,
    ({ folder, scratch, entry }) =>
      `grep -vxe '${entryLine(entry)}' ${folder}/${INDEX} > ${scratch}/new && mv ${scratch}/new ${folder}/${INDEX}`,
  ),
  index(
    'cp, change, cp back',
    added,
    ({ folder, scratch, tag }) =>
      `cp ${folder}/${INDEX} ${scratch}/copy && echo "- ${tag}" >> ${scratch}/copy && sleep 0.05 && cp ${scratch}/copy ${folder}/${INDEX}`,
  ),
  index(
    'python, read and write',
    added,
    ({ folder, tag }) =>
      `python3 - <<'EOF'\nimport os\np = os.path.expanduser("${folder}/${INDEX}")\ns = open(p).read()\nopen(p, "w").write(s + "- ${tag}\\n")\nEOF`,
  ),
  index(
    'python, slowly',
    added,
    ({ folder, tag }) =>
      `python3 -c 'import os, time; p = os.path.expanduser("${folder}/${INDEX}"); s = open(p).read(); time.sleep(0.3); open(p, "w").write(s + "- ${tag}\\n")'`,
  ),
  index('python script', added, ({ folder, tag }) => `python3 ${folder}/tool/tidy.py ${folder} '${tag}'`),
  index('shell script', added, ({ folder, tag }) => `bash ${folder}/tool/add.sh ${folder} '${tag}'`),
  index('eval', added, ({ folder, tag }) => `eval 'echo "- ${tag}" >> ${folder}/${INDEX}'`),
  index('variables', added, ({ folder, tag }) => `D=${folder}; F="$D/$(basename ${INDEX})"; echo "- ${tag}" >> "$F"`),
  index(
    'loop',
    ({ tag }) => [{ file: INDEX, adds: [`- ${tag} 1`, `- ${tag} 2`] }],
    ({ folder, tag }) => `for i in 1 2; do echo "- ${tag} $i" >> ${folder}/${INDEX}; done`,
  ),
  index(
    'find -exec',
    changed,
    ({ folder, entry, tag }) => `find ${folder} -name '${INDEX}' -exec sed -i 's/^${entryLine(entry)}$/- entry ${entry} is ${tag}/' {} +`,
  ),
  index(
    'tar x',
    added,
    ({ folder, scratch, tag }) =>
      `mkdir ${scratch}/t && cp ${folder}/${INDEX} ${scratch}/t/ && echo "- ${tag}" >> ${scratch}/t/${INDEX} && tar c -C ${scratch}/t . | tar x -C ${folder}`,
  ),
  index(BACKGROUND, added, ({ folder, tag }) => `(sleep 0.2; echo "- ${tag}" >> ${folder}/${INDEX}) > /dev/null 2>&1 &`),
  {
    name: 'jq and mv',
    kind: 'data',
    effects: ({ tag }) => [{ file: DATA, adds: [tag] }],
    command: ({ folder, scratch, tag }) =>
      `jq '.["${tag}"] = 1' ${folder}/${DATA} > ${scratch}/new.json && mv ${scratch}/new.json ${folder}/${DATA}`,
  },
  {
    name: 'python, json',
    kind: 'data',
    effects: ({ tag }) => [{ file: DATA, adds: [tag] }],
    command: ({ folder, tag }) =>
      `python3 -c 'import json, os; p = os.path.expanduser("${folder}/${DATA}"); d = json.load(open(p)); d["${tag}"] = 1; json.dump(d, open(p, "w"), indent=2)'`,
  },
  {
    name: 'mv',
    kind: 'own',
    effects: ({ own, tag }) => [
      { file: ownFile(own), removes: [ownLine(own)] },
      { file: `${tag}.md`, adds: [ownLine(own)] },
    ],
    command: ({ folder, own, tag }) => `mv ${folder}/${ownFile(own)} ${folder}/${tag}.md`,
  },
  {
    name: 'git mv',
    kind: 'own',
    effects: ({ own, tag }) => [
      { file: ownFile(own), removes: [ownLine(own)] },
      { file: `${tag}.md`, adds: [ownLine(own)] },
    ],
    command: ({ folder, scratch, own, tag }) =>
      `git init -q ${scratch}/g && cd ${folder} && export GIT_DIR=${scratch}/g/.git GIT_WORK_TREE=. && git add ${ownFile(own)} && git mv ${ownFile(own)} ${tag}.md`,
  },
  {
    name: 'rm',
    kind: 'own',
    effects: ({ own }) => [{ file: ownFile(own), removes: [ownLine(own)] }],
    command: ({ folder, own }) => `rm ${folder}/${ownFile(own)}`,
  },
  {
    name: 'mkdir and cat',
    kind: 'own',
    effects: ({ tag }) => [{ file: `${tag}/SKILL.md`, adds: [`name ${tag}`] }],
    command: ({ folder, tag }) => `mkdir -p ${folder}/${tag} && cat > ${folder}/${tag}/SKILL.md <<'EOF'\nname ${tag}\nEOF`,
  },
];

function ownFile(own: number): string {
  return `own-${own}.md`;
}

function ownLine(own: number): string {
  return `kept by ${own}`;
}
