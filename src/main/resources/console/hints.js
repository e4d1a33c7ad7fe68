// What in a request deserves a second look. Pure: a request in, hints out; used by every page that
// shows a command. Hints inform; they never allow, never hide, never lower a bar.

/** Characters that a reader does not see, or that change how others are read; line feed and tab apart. */
export const HIDDEN =
  /(?![\n\t ])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Zs}\p{Co}\p{Cs}\p{Cn}\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;

const WORD = /[\p{L}\p{M}\p{N}_]+/gu;

/** Words with letters of Latin and of another script that looks like it, as spans. */
export function lookAlikes(text) {
  return spansOf(text, WORD).filter(({start, end}) => {
    const word = text.slice(start, end);
    return /\p{sc=Latin}/u.test(word) && /[\p{sc=Cyrillic}\p{sc=Greek}\p{sc=Armenian}\p{sc=Cherokee}]/u.test(word);
  });
}

function spansOf(text, pattern) {
  return [...text.matchAll(pattern)].map(match => ({start: match.index, end: match.index + match[0].length}));
}

const LOADERS = /^(PATH|LD_\w+|DYLD_\w+|NODE_OPTIONS|PYTHONPATH|PYTHONSTARTUP|PERL5LIB|PERL5OPT|RUBYOPT|RUBYLIB|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|BASH_ENV|ENV|SHELLOPTS|PROMPT_COMMAND|IFS)$/i;
const OTHER_VARIABLES = /^(GIT_SSH\w*|GIT_EXEC_PATH|GIT_CONFIG\w*|\w+_PROXY|EDITOR|VISUAL|PAGER)$/i;

/** Which variables deserve a mark: 'high', 'medium' or null. */
export function variableLevel(name) {
  return LOADERS.test(name) ? 'high' : OTHER_VARIABLES.test(name) ? 'medium' : null;
}

const SHELL = '(?:ba|z|da|k|fi|c)?sh';
const INTERPRETER = `(?:${SHELL}|python[\\d.]*|node|perl|ruby|php|pwsh|powershell|osascript|deno|bun)`;
const START = '(?<=^|[\\s;&|(`\'"/])';
const END = '(?=$|[\\s;&|)`\'"])';
const re = (source, flags = 'giu') => new RegExp(source, flags);

/** Rules that look at the text: id, level, pattern, what it means. */
const RULES = [
  ['pipe-to-shell', 'high',
    re(`\\b(?:curl|wget|fetch|iwr|Invoke-WebRequest)\\b[^\\n|]*\\|[^\\n]*?(?:sudo\\s+)?\\b${INTERPRETER}\\b`),
    'what is downloaded is run at once'],
  ['inline-code', 'high',
    re(`${START}${INTERPRETER}(?:\\.exe)?(?:\\s+-[\\w-]+)*?\\s+-(?:\\w*c|e|pe|ne|r|Command|EncodedCommand|enc)${END}`),
    'a program in the arguments is interpreted'],
  ['root', 'high', re(`${START}(?:sudo|doas|pkexec|runas)${END}|${START}su\\s+(?:\\S+\\s+)*-c${END}`),
    'runs with the rights of another account'],
  ['delete', 'high',
    re(`${START}rm\\s+(?:-\\S+\\s+)*(?:-\\w*[rR]\\w*|--recursive)${END}|${START}rm\\s[^\\n;|&]*(?:[*?]|~|\\$HOME|\\s/(?=\\s|$))|\\bfind\\b[^\\n]*\\s-delete\\b|\\bgit\\s+clean\\s+-\\w*f|\\bdd\\b[^\\n]*\\bof=|${START}mkfs(?:\\.\\w+)?${END}|${START}shred${END}|\\bRemove-Item\\b[^\\n]*-Recurse`),
    'deletes or overwrites more than one thing'],
  ['delete', 'medium',
    re(`${START}(?:rm|rmdir|unlink|truncate|del|Remove-Item)${END}|\\bDROP\\s+(?:TABLE|DATABASE|SCHEMA|INDEX)\\b|\\bTRUNCATE\\s+TABLE\\b`),
    'deletes something'],
  ['rights', 'medium',
    re(`${START}chmod\\s+(?:-\\w*R|(?:-\\S+\\s+)*0?777)|${START}chown\\s+-\\w*R|${START}(?:setfacl|icacls)${END}`),
    'changes who may do what'],
  ['publish', 'high',
    re(`\\bgit\\s+push\\b[^\\n;|&]*(?:--force|-f\\b)|\\b(?:npm|yarn|pnpm|cargo)\\s+publish\\b|\\b(?:docker|podman|buildah)\\s+push\\b|\\bterraform\\s+(?:apply|destroy)\\b|\\bkubectl\\b[^\\n;|&]*\\s(?:apply|delete|exec|replace|drain)\\b|\\bhelm\\b[^\\n;|&]*\\s(?:upgrade|uninstall|install)\\b|\\b(?:aws|gcloud|az)\\b[^\\n;|&]*\\b(?:delete|terminate|rm)\\b`),
    'changes something that others use'],
  ['install', 'medium',
    re(`\\b(?:apt|apt-get|dnf|yum|apk|pacman|brew|choco|winget|npm|yarn|pnpm|pip[\\d.]*|pipx|gem|cargo|go|snap|conda|uv)\\s+(?:-\\S+\\s+)*(?:install|add|i|get)\\b|\\bpacman\\s+-S\\w*`),
    'installs software of others'],
  ['secrets', 'high',
    re(`\\.(?:ssh|aws|gnupg|netrc|env|kube|docker/config\\.json|pgpass|npmrc|pypirc|git-credentials)${'(?=$|[\\s/\'";&|)])'}|\\bid_(?:rsa|ed25519|ecdsa|dsa)\\b|\\bkubeconfig\\b|/etc/(?:shadow|sudoers)\\b|\\bkeychain\\b|\\bsecurity\\s+find-|Login Data|cookies\\.sqlite|${START}printenv${END}|^\\s*env\\s*(?:$|\\|)`),
    'reads where secrets are kept'],
  ['encoded', 'high',
    re(`\\b(?:base64|base32|xxd|openssl\\s+\\w+)\\b[^\\n|]*(?:-d|-D|--decode|-r)\\b[^\\n|]*\\||\\b(?:gunzip|gzip\\s+-\\w*d|zcat|unxz)\\b[^\\n|]*\\|\\s*${INTERPRETER}|${START}eval${END}|\\S{201,}`),
    'what it does is written so that nobody can read it'],
  ['persists', 'high',
    re(`${START}crontab${END}|\\bsystemctl\\s+(?:--\\S+\\s+)*enable\\b|LaunchAgents|LaunchDaemons|\\blaunchctl\\s+(?:load|bootstrap)\\b|\\.(?:bashrc|zshrc|profile|bash_profile|zprofile|zshenv)\\b|authorized_keys|\\bschtasks\\b|/etc/(?:cron|init\\.d|systemd|profile)`),
    'stays when this command has ended'],
];

const URL_OR_HOST = /\b(?:https?|ftp|ssh|git|wss?|tcp):\/\/([^\s/'"<>|;&)]+)|\b((?:[a-z0-9-]+\.)+[a-z]{2,}|\d{1,3}(?:\.\d{1,3}){3}):(\d{2,5})\b/giu;

function network(text) {
  const hosts = new Set();
  const spans = [];
  let level = 'low';
  for (const match of text.matchAll(URL_OR_HOST)) {
    const host = (match[1] ?? `${match[2]}:${match[3]}`).replace(/^.*@/, '');
    hosts.add(host);
    spans.push({start: match.index, end: match.index + match[0].length});
    const port = Number(/:(\d+)$/.exec(host)?.[1] ?? 0);
    if (/^\[|^\d{1,3}(?:\.\d{1,3}){3}(?::|$)/.test(host) || port > 1024) level = 'medium';
  }
  return hosts.size ? [{id: 'network', level, spans, text: `talks to ${[...hosts].join(', ')}`}] : [];
}

function outside(text, cwd) {
  if (!cwd) return [];
  const spans = [...text.matchAll(/(?<=^|[\s='"])(\/[^\s'";|&)]+|(?:[^\s'"]*\/)?\.\.(?:\/[^\s'";|&)]*)?)(?=$|[\s'";|&)])/gu)]
    .filter(match => match[1].includes('..') || !(match[1] === cwd || match[1].startsWith(cwd.endsWith('/') ? cwd : cwd + '/')))
    .filter(match => !/^\/(?:usr\/(?:local\/)?)?s?bin\/[\w.-]+$|^\/dev\/null$/.test(match[1]))
    .map(match => ({start: match.index, end: match.index + match[0].length}));
  return spans.length ? [{id: 'outside', level: 'medium', spans, text: 'names places outside its folder'}] : [];
}

/** Whether a shell will interpret the text: nobody knows the arguments, or they call a shell. */
export function isShell(argv) {
  return !argv || new RegExp(`(?:^|/)(?:${SHELL}|cmd(?:\\.exe)?|pwsh|powershell(?:\\.exe)?)$`, 'iu').test(argv[0] ?? '');
}

/** Whether a shell is given just the text that is shown: all there is to see is in the text. */
function isScript(argv, text) {
  return argv.length === 3 && isShell(argv) && /^-l?c$/.test(argv[1]) && argv[2] === text;
}

/** The arguments that will run, or null. */
export function argvOf(request) {
  const argv = request.systemRunPlan?.argv ?? request.commandArgv;
  return Array.isArray(argv) && argv.length ? argv.map(String) : null;
}

/** Name of the machine, or null when the asker did not say which. */
export function machineOf(request) {
  return request.nodeName || request.nodeId || (request.host && request.host !== 'node' ? request.host : null);
}

/**
 * All hints about a request, the gravest first; `spans` are places in `request.command`.
 *
 * @param context `{device, before: [{decision}]}`: this device's id and what became of the same text
 */
export function hints(request, context = {}) {
  const text = String(request.command ?? '');
  const argv = argvOf(request);
  const found = [];
  const add = (id, level, words, spans = []) => found.push({id, level, spans, text: words});
  for (const [id, level, pattern, words] of RULES) {
    // The text itself, and the arguments where they say something else.
    const spans = spansOf(text, pattern);
    const inArgv = argv && !spans.length && !isScript(argv, text) && spansOf(argv.join(' '), pattern).length > 0;
    if ((spans.length || inArgv) && !found.some(hint => hint.id === id)) add(id, level, words, spans);
  }
  if (isShell(argv)) {
    const spans = spansOf(text, /&&|\|\||[;|`<>&\n]|\$\(/gu);
    if (spans.length) add('shell-text', 'medium', 'a shell interprets it, and it is more than one command', spans);
  }
  found.push(...network(text), ...outside(text, request.cwd));
  const everything = [text, ...(argv ?? []), request.cwd, request.nodeName, request.agentId, request.sessionKey].join('\u0020');
  if (new RegExp(HIDDEN.source, 'u').test(everything)) add('hidden', 'high', 'has characters that nobody sees', spansOf(text, HIDDEN));
  const alike = lookAlikes(text);
  if (alike.length) add('look-alike', 'medium', 'look-alike letters: scripts are mixed within a word', alike);
  const levels = (request.envKeys ?? []).map(variableLevel).filter(Boolean);
  if (levels.length) add('variables', levels.includes('high') ? 'high' : 'medium', 'sets variables that change what runs');
  if (!machineOf(request)) add('no-machine', 'medium', 'the asker did not say which machine');
  if (!argv) add('no-argv', 'medium', "argv unknown: the machine's shell interprets the text");
  if (text.length > 2_000 || text.split('\n').length > 40) add('long', 'low', 'long: read it to the end');
  const before = context.before;
  if (before && !before.length) add('first-time', 'low', 'not seen in 30 days');
  if (before?.some(one => one.decision === 'deny')) add('denied-before', 'medium', 'the same text was denied in 30 days');
  if (context.device && request.requestedBy?.deviceId === context.device) add('self', 'low', 'you asked for this');
  const order = {high: 0, medium: 1, low: 2};
  return found.sort((a, b) => order[a.level] - order[b.level]);
}

/** The gravest level of hints, or 'low'. */
export function levelOf(found) {
  return found.some(hint => hint.level === 'high') ? 'high' : found.some(hint => hint.level === 'medium') ? 'medium' : 'low';
}
