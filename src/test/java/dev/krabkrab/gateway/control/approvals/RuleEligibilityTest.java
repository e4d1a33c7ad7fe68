package dev.krabkrab.gateway.control.approvals;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which commands may become rules. */
class RuleEligibilityTest {
  private static RuleTerms terms(List<String> argv) {
    return new RuleTerms("device:d", "main", "node", argv.getFirst(), argv, "", List.of());
  }

  private static RuleEligibility of(String... argv) {
    return of(terms(List.of(argv)));
  }

  private static RuleEligibility of(RuleTerms terms) {
    return RuleEligibility.of(terms, List.of());
  }

  static Stream<String> commandRunners() {
    return """
    sh bash zsh dash ash ksh ksh93 mksh rbash fish csh tcsh busybox toybox sash cmd powershell pwsh
    bash-static bash5 sh-5.1 busybox.static
    python python2 python3 python3.12 python3.13t python3.12-dbg pypy3 perl perl5.36.0 ruby ruby3.2
    node node20 nodejs deno bun php php8.2 php-cgi lua lua5.4 luajit java tclsh tclsh8.6 wish awk gawk
    mawk nawk sed gsed osascript groovy julia Rscript ghci escript wscript cscript rundll32 mshta
    m4 dc ld ld-linux-x86-64.so.2 ld-musl-x86_64.so.1
    env sudo doas su runuser pkexec nohup nice ionice chrt taskset time timeout gtimeout setsid stdbuf
    unbuffer xargs parallel watch script ssh sshpass slogin docker docker-compose podman kubectl
    oc nerdctl lxc-exec chroot unshare nsenter flatpak snap bwrap proot eval exec command builtin
    strace ltrace gdb lldb valgrind perf flock setarch linux32 i386 x86_64 tmux screen at crontab
    systemd-run start-stop-daemon socat nc ncat run-parts s6-setuidgid tini dumb-init su-exec gosu
    make gmake ninja cmake gradle mvn npm npx yarn pnpm pip pip3.11 cargo go go1.22 bundle rake
    pytest apt apt-get dnf brew just
    vi vim nvim ex ed emacs less more man mysql psql sqlite3 nmap sftp scp hg
    genv gnohup gnice gstdbuf gchroot gtimeout-9.5 gxargs gsh gm4 gdc uu-env uu-nohup uu_timeout
    gnuenv gnu-nice env-9.4 sudo-rs gpg-agent
    run0 rlwrap hyperfine grc msgexec ccache bear systemd-socket-activate op doppler aws-vault scl
    dotenv xinit startx vglrun sshuttle sshfs sc winrs scriptrunner execlineb hush mrsh murex brush
    nsh msh bb prove cpan sensible-editor editor pager sensible-pager gs uutils git-rebase git-shell
    agetty getty openvt aa-exec runcon uclampset coresched pipesz setpgid enosys scriptlive slock
    trace-cmd uftrace heaptrack etcdctl consul stress-ng fio service mlr rename prename file-rename bc
    maxima gp sage zeek blender soffice javac keytool jarsigner rustc nvi vile helix mcedit visudo busctl
    dbus-send gdbus gio gtk-launch procmail dnsmasq dhclient wg-quick regasm odbcconf cmstp
    pydoc3 bpython ptpython pdb3 ipdb3 idle3 celery scrapy alembic django-admin coverage nose2 qjs quickjs
    mujs duk hermes graaljs js js115 jimsh wasmtime wasmer wasmedge swipl gprolog pike rakudo hy csi csc
    chezscheme chicken-csi janet fennel tinycc tcc zig sexpect guestfish virt-customize gdbtui rust-gdb
    rust-lldb dlv perldoc perlbug dnscmd multipass lima orb colima k9s heroku ttyd gotty websocketd dropbear
    tmate teleport tsh vtysh pcwrun mavinject tttracer infdefaultinstall presentationhost msdt dfsvc verclsid
    syncappvpublishingserver rubocop rspec karma cypress playwright ng nuxt next vue-cli-service expo
    wrangler serverless sls cdk babel parcel prettier stylelint mypy pylint flake8 golangci-lint goreleaser
    makepkg rpmbuild sbuild pbuilder quilt emerge opkg
    git-lfs openvpn chromium chromium-browser google-chrome msedge claude codex openclaw krabkrab aider
    """
        .lines()
        .flatMap(line -> Stream.of(line.strip().split("\\s+")))
        .filter(name -> !name.isEmpty());
  }

  @ParameterizedTest
  @MethodSource("commandRunners")
  void whatRunsOthersIsNeverARule(String name) {
    for (String path :
        List.of(
            "/usr/bin/" + name,
            "/opt/x y/" + name.toUpperCase(java.util.Locale.ROOT),
            name,
            "./" + name,
            "C:\\Program Files\\" + name + ".EXE",
            "C:/tools/" + name + ".exe")) {
      assertThat(of(path, "-c", "x")).as(path).isInstanceOf(RuleEligibility.No.class);
      assertThat(of(path)).as(path).isInstanceOf(RuleEligibility.No.class);
    }
    RuleTerms linked =
        new RuleTerms(
            "device:d", "main", "n", "/usr/bin/" + name, List.of("/usr/bin/ok"), "", List.of());
    assertThat(of(linked)).as("link to %s", name).isInstanceOf(RuleEligibility.No.class);
  }

  @ParameterizedTest
  @CsvSource({
    "/home/u/proj/build/tool, /home/u/proj, false",
    "/home/u/proj/tool, /home/u/proj/, false",
    "/home/u/project/tool, /home/u/proj, true",
    "/usr/local/bin/tool, /home/u/proj, true",
    "/usr/local/bin/tool, /, true",
    "/usr/local/bin/tool, '', true",
    "/tmp/tool, '', false",
    "/var/tmp/x1/tool, '', false",
    "/private/tmp/tool, '', false",
    "/private/var/folders/ab/tool, '', false",
    "/run/user/1000/tool, '', false",
    "/tmpl/tool, '', true",
    "C:\\Users\\u\\AppData\\Local\\Temp\\tool.exe, '', false",
    "C:\\tools\\tool.exe, c:/Tools, false",
    "C:\\tools\\tool.exe, C:\\, true"
  })
  void whatCanBeReplacedWhereItWorksIsNeverARule(String program, String cwd, boolean storable) {
    RuleTerms terms =
        new RuleTerms("device:d", "main", "node", program, List.of(program), cwd, List.of());
    assertThat(of(terms) instanceof RuleEligibility.Yes).as("%s", of(terms)).isEqualTo(storable);
  }

  @Test
  void theTableIsLarge() {
    assertThat(commandRunners().distinct().count()).isGreaterThan(150);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/usr/bin/git status",
        "/usr/bin/git push",
        "/usr/bin/git log --oneline -5",
        "/usr/bin/git commit -m done",
        "/bin/ls -l /srv",
        "/usr/bin/uptime",
        "/bin/df -h",
        "/usr/bin/find /srv -name x -delete",
        "/usr/bin/tar -xzf a.tgz",
        "/usr/bin/tar tzf a.tgz",
        "/usr/bin/systemctl status nginx",
        "/usr/bin/journalctl -u nginx",
        "/usr/bin/rsync -av a b",
        "/usr/bin/curl -s https://example.org/",
        "/usr/bin/sha256sum a",
        "/usr/bin/shasum a",
        "/usr/bin/timedatectl",
        "/usr/bin/openssl version",
        "/usr/bin/environ",
        "/usr/bin/nodeinfo",
        "/usr/bin/gofmt -l .",
        "/usr/bin/sort a",
        "/opt/homebrew/bin/gsort a",
        "/usr/bin/grep -c x a",
        "/usr/bin/gzip -k a",
        "/usr/bin/gcc -DDEBUG -O2 -c a.c",
        "/usr/bin/ls /srv/service/control",
        "/usr/bin/gpg --verify a.sig a",
        "/usr/bin/git-status",
        "/usr/bin/git init",
        "/usr/bin/systemctl start nginx",
        "/usr/bin/install -m 644 a b",
        "/usr/bin/pidstat -u 1",
        "/usr/bin/aws s3 ls",
        "/opt/tools/deploy --to prod",
        "/usr/local/bin/backup",
        "C:\\Windows\\System32\\whoami.exe /all",
        "C:/Windows/System32/ipconfig.exe"
      })
  void plainProgramsCanBeRules(String command) {
    assertThat(of(command.split(" "))).isInstanceOf(RuleEligibility.Yes.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/usr/bin/g++ -wrapper x a.c",
        "/usr/bin/gcc -B/tmp/x a.c",
        "/usr/bin/cc -fplugin=/tmp/x.so a.c",
        "/usr/bin/clang -Xclang -load a.c",
        "/usr/bin/gcc @options",
        "/usr/bin/ar --plugin /tmp/x.so r a b",
        "/usr/bin/openssl dgst -engine /tmp/x.so a",
        "/usr/bin/pandoc --filter=x a",
        "/usr/bin/systemctl enable /tmp/x.service",
        "/usr/bin/git -c alias.x=!sh x",
        "/usr/bin/git -C /srv status",
        "/usr/bin/git --exec-path=/tmp status",
        "/usr/bin/git st",
        "/usr/bin/git bisect run x",
        "/usr/bin/git submodule foreach x",
        "/usr/bin/git rebase --exec x",
        "/usr/bin/git config alias.st !sh",
        "/usr/bin/git grep -Oless x",
        "/usr/bin/git grep --open-files-in x",
        "/usr/bin/git fetch --upload-pack=x a",
        "/usr/bin/git fetch --upload-p x a",
        "/usr/bin/git push --receive-pack=x",
        "/usr/bin/git pull ext::sh",
        "/usr/bin/find . -exec x ;",
        "/usr/bin/find . -execdir x ;",
        "/usr/bin/find . -ok x ;",
        "/usr/bin/tar -xf a --checkpoint-action=exec=x",
        "/usr/bin/tar xIf x a",
        "/usr/bin/tar -cf a --to-com x",
        "/usr/bin/tar -c -I x -f a",
        "/usr/bin/rsync -e x a b",
        "/usr/bin/rsync -aze x a b",
        "/usr/bin/rsync --rsh=x a b",
        "/usr/bin/zip a -TT x",
        "/usr/bin/sort --compress-program=x a",
        "/usr/bin/sort --compress-prog x a",
        "/usr/bin/split --filter=x a",
        "/usr/sbin/tcpdump -z x",
        "/usr/bin/wget --use-askpass=x",
        "/usr/bin/wget -e x=y",
        "/sbin/ip netns exec a b",
        "/usr/bin/rg --pre x y",
        "/opt/homebrew/bin/gsort --compress-program=x a",
        "/usr/bin/sort-9.4 --compress-program x a",
        "/usr/bin/uu-sort --compress-program=x a",
        "/usr/bin/gnusort --compress-program=x a",
        "/opt/homebrew/bin/gsplit --filter=x a",
        "/usr/bin/split-9 --filter x a",
        "/usr/local/bin/gtar xIf x a",
        "/usr/bin/tar-1.35 xIf x a",
        "/usr/bin/tar1.35 -cf a --to-command=x",
        "/usr/bin/gtar --to-command x -xf a",
        "C:\\tools\\TAR.EXE --to-command=x -xf a",
        "/usr/bin/gfind . -exec x ;",
        "/usr/bin/find4.9 . -exec x ;",
        "/usr/bin/find-4.9 . -execdir x ;",
        "/usr/bin/uu-find . -ok x ;",
        "/usr/bin/install --strip-program=x -s a b",
        "/usr/bin/ginstall --strip-program x a b",
        "/usr/bin/aria2c --on-download-complete=x a",
        "/usr/bin/aria2c --on-bt-download-c x a",
        "/usr/bin/pidstat -e x",
        "/usr/bin/sshfs -o ssh_command=x a b",
        "/usr/bin/rpmquery --eval %(x)",
        "/usr/bin/rpmquery -E %(x)",
        "/usr/lib/git-core/git-rebase --exec x",
        "/usr/lib/git-core/git-grep -Ox y",
        "/usr/bin/git-2.45 st",
        "/usr/bin/gpg2 --photo-viewer x",
        "/usr/sbin/iptables-legacy --modprobe=x",
        "/usr/bin/unknown sh",
        "/usr/bin/unknown sh -c id",
        "/usr/bin/unknown run -- sh",
        "/usr/bin/unknown run --shell=/bin/sh",
        "/usr/bin/unknown run --shell=bash5",
        "/usr/bin/unknown genv a",
        "/usr/bin/unknown uu-nohup a",
        "/usr/bin/unknown /usr/bin/python3.12 a.py",
        "/usr/bin/unknown C:\\Windows\\CMD.EXE /c dir",
        "/usr/bin/unknown \u017Fh",
        "/usr/bin/unknown \uFF53\uFF48",
        "/usr/bin/systemctl edit ssh",
        "/usr/bin/systemctl -H other status",
        "/usr/bin/git log sh"
      })
  void optionsThatStartOthersAreNeverRules(String command) {
    assertThat(of(command.split(" "))).isInstanceOf(RuleEligibility.No.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sh -c id",
        "/bin/sh -c /tmp/x",
        "FOO=1 sh",
        "true;sh",
        "$(sh a)",
        "{sh,a}",
        "!sh",
        "C:sh.exe"
      })
  void anArgumentThatHoldsACommandIsLookedAtWordByWord(String argument) {
    assertThat(of("/usr/bin/unknown", argument)).isInstanceOf(RuleEligibility.No.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u017Fh", "b\u0430sh", "\uFF53h", "\u212Ash", "l\u00E9", "ba\u0301sh"})
  void aProgramWhoseNameIsNotAsciiIsNoRule(String name) {
    assertThat(of("/usr/bin/" + name)).isInstanceOf(RuleEligibility.No.class);
    assertThat(of("C:\\tools\\" + name + ".exe")).isInstanceOf(RuleEligibility.No.class);
    assertThat(of("/home/jos\u00E9/bin/ok")).isInstanceOf(RuleEligibility.Yes.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ls",
        "git",
        "./ls",
        "../bin/ls",
        "~/bin/x",
        "bin/x",
        "/",
        "/usr/bin/",
        "/usr//bin/ls",
        "/usr/bin/../bin/ls",
        "/usr/./bin/ls",
        "/usr/bin/..",
        "/usr/bin/l*",
        "/usr/bin/l?",
        "/usr/bin/[l]s",
        "/proc/self/exe",
        "/dev/fd/3",
        "\\\\host\\share\\x.exe",
        "C:x.exe",
        "C:\\PROGRA~1\\x.exe",
        "C:\\a\\..\\x.exe",
        "C:\\a\\x.exe:y",
        "/home/u/tool.sh",
        "/home/u/run.command",
        "/home/u/a.PY",
        "/home/u/a.pl",
        "/home/u/a.mjs",
        "/home/u/a.fish",
        "C:\\a\\x.bat",
        "C:\\a\\x.ps1",
        "C:\\a\\x.CMD",
        "C:\\a\\x.cmd.",
        "%TEMP%\\x.exe",
        "$HOME/x",
        ""
      })
  void whatHasNoFullPathIsNoRule(String program) {
    assertThat(of(program, "a")).isInstanceOf(RuleEligibility.No.class);
  }

  @Test
  void aBareNameThatWasResolvedElsewhereIsNoRule() {
    RuleTerms bare =
        new RuleTerms(
            "device:d", "main", "n", "/usr/bin/git", List.of("git", "status"), "", List.of());
    assertThat(of(bare)).isInstanceOf(RuleEligibility.No.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/opt/git",
        "/usr/bin/Git",
        "/usr/bin/git2",
        "/usr/bin/ls",
        "C:\\usr\\bin\\git",
        "C:/usr/bin/git.exe",
        "git",
        "/usr/bin//git"
      })
  void aProgramThatWasResolvedToAnotherIsNoRule(String program) {
    RuleTerms other =
        new RuleTerms(
            "device:d", "main", "n", program, List.of("/usr/bin/git", "status"), "", List.of());
    assertThat(of(other)).isInstanceOf(RuleEligibility.No.class);
    assertThat(of("/usr/bin/git", "status")).isInstanceOf(RuleEligibility.Yes.class);
  }

  @Test
  void whatARuleIsBoundToHasToBeThere() {
    List<String> argv = List.of("/bin/ls");
    for (RuleTerms lacking :
        List.of(
            new RuleTerms("", "main", "n", "/bin/ls", argv, "", List.of()),
            new RuleTerms("device:d", " ", "n", "/bin/ls", argv, "", List.of()),
            new RuleTerms("device:d", "main", "", "/bin/ls", argv, "", List.of()),
            new RuleTerms("device:d", "main", "n", "", argv, "", List.of()),
            new RuleTerms("device:d", "main", "n", "/bin/ls", List.of(), "", List.of()))) {
      assertThat(of(lacking)).isInstanceOf(RuleEligibility.No.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\nb", "a\u0000b", "a\u202Eb", "a\u200Bb", "a\u2066b", "a\uE000b", "a\u00ADb",
        "a\u2028b", "a\u00A0b", "a\u3164b", "a\uFE0Fb", "a\uDB40\uDC41b", "a\uD800b", "a\tb",
        "--password=hunter2", "-H Authorization: Bearer abc"
      })
  void whatCannotBeReadOrMustNotBeKeptIsNoRule(String word) {
    assertThat(of("/bin/echo", word)).isInstanceOf(RuleEligibility.No.class);
    RuleTerms there =
        new RuleTerms("device:d", "m", "n", "/bin/ls", List.of("/bin/ls"), "/" + word, List.of());
    assertThat(of(there)).isInstanceOf(RuleEligibility.No.class);
  }

  @Test
  void whatIsGivenVariablesIsNoRule() {
    assertThat(RuleEligibility.of(terms(List.of("/bin/ls")), List.of("PATH")))
        .isInstanceOf(RuleEligibility.No.class);
  }

  @Test
  void whatIsTooLongIsNoRule() {
    assertThat(of("/bin/echo", "x ".repeat(240))).isInstanceOf(RuleEligibility.Yes.class);
    assertThat(of("/bin/echo", "x ".repeat(260))).isInstanceOf(RuleEligibility.No.class);
  }

  /** One rule has one key, and whatever differs in anything has another one. */
  @Test
  void onlyTheSameTermsHaveTheSameKey() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      RuleTerms one = any(random);
      assertThat(RuleTerms.of(one.json()).key()).isEqualTo(one.key());
      RuleTerms other = mutated(one, random);
      assertThat(other.key().equals(one.key())).isEqualTo(other.equals(one));
    }
  }

  private static String text(Random random) {
    String letters = "ab /\\\"',[]\u0000é";
    return IntStream.range(0, random.nextInt(4))
        .mapToObj(i -> "" + letters.charAt(random.nextInt(letters.length())))
        .reduce("", String::concat);
  }

  private static RuleTerms any(Random random) {
    List<String> argv = IntStream.range(0, random.nextInt(4)).mapToObj(i -> text(random)).toList();
    return new RuleTerms(
        text(random),
        text(random),
        text(random),
        text(random),
        argv,
        text(random),
        List.of(text(random)));
  }

  private static RuleTerms mutated(RuleTerms t, Random random) {
    List<String> argv = new ArrayList<>(t.argv());
    return switch (random.nextInt(9)) {
      case 0 -> with(t, text(random), t.agentId(), t.nodeId(), t.program(), argv);
      case 1 -> with(t, t.asker(), text(random), t.nodeId(), t.program(), argv);
      case 2 -> with(t, t.asker(), t.agentId(), text(random), t.program(), argv);
      case 3 -> with(t, t.asker(), t.agentId(), t.nodeId(), text(random), argv);
      case 4 -> with(t, t.nodeId(), t.agentId(), t.asker(), t.program(), argv);
      case 5 -> {
        argv.add(random.nextInt(argv.size() + 1), text(random));
        yield with(t, t.asker(), t.agentId(), t.nodeId(), t.program(), argv);
      }
      case 6 -> with(t, t.asker(), t.agentId(), t.nodeId(), t.program(), List.of(joined(argv)));
      case 7 ->
          new RuleTerms(
              t.asker(), t.agentId(), t.nodeId(), t.program(), argv, text(random), t.reviewers());
      default ->
          new RuleTerms(
              t.asker(),
              t.agentId(),
              t.nodeId(),
              t.program(),
              argv,
              t.cwd(),
              List.of(text(random)));
    };
  }

  private static String joined(List<String> argv) {
    return String.join(" ", argv);
  }

  private static RuleTerms with(
      RuleTerms t, String asker, String agent, String node, String program, List<String> argv) {
    return new RuleTerms(asker, agent, node, program, argv, t.cwd(), t.reviewers());
  }
}
