package dev.krabkrab.gateway.control.approvals;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names the programs that run something else than themselves, which no rule may name: shells,
 * interpreters, wrappers, and what runs commands out of files or from inside. Looks at names alone,
 * so it refuses rather too much; what a link with a name of its own leads to, only its node knows.
 */
final class CommandRunners {
  /** Why a rule is not made of programs of this kind. */
  private enum Kind {
    SHELL("a shell interprets this command, so a rule would allow everything"),
    INTERPRETER("%s runs code that it is given, so a rule would allow more than it shows"),
    WRAPPER("%s starts other programs, so a rule would not say what runs"),
    BUILDER("%s runs what files say, and those change while a rule stays"),
    INSIDE("%s lets commands be run from inside it, so a rule would allow more than it shows");

    private final String why;

    Kind(String why) {
      this.why = why;
    }
  }

  /**
   * Programs of one kind.
   *
   * @param names stem of the name in lower case; what follows it, and is no letter, is a version or
   *     a variant: {@code python} is {@code python3.12-dbg} and {@code bash} is {@code bash-static}
   */
  private record Family(Kind kind, Set<String> names) {
    boolean has(String name) {
      return names.contains(name)
          || names.contains(ProgramNames.stem(name))
          || names.stream().anyMatch(stem -> ProgramNames.isVariant(name, stem));
    }
  }

  private static final List<Family> FAMILIES =
      List.of(
          family(
              Kind.SHELL,
              """
              sh bash zsh dash ash ksh mksh pdksh lksh oksh rksh rbash rzsh yash posh fish csh tcsh rc es
              xonsh nu elvish ion osh ysh oil sash bsh jsh busybox toybox coreutils uutils
              execlineb hush mrsh murex brush nsh msh bb cmd command pwsh
              powershell wsl git-shell rssh
              """),
          family(
              Kind.INTERPRETER,
              """
              python pythonw pypy ipython jupyter jython cython micropython perl ruby irb jruby node nodejs
              deno bun tsx ts-node php phpdbg lua luajit texlua tclsh wish expect awk gawk mawk nawk
              goawk sed gsed ssed java javaw jshell jrunscript jjs groovy scala kotlin clojure clj julia r
              rscript octave matlab gnuplot ghci runghc runhaskell ocaml sbcl clisp ecl guile racket gsi
              scheme erl escript elixir iex mono dotnet swift dart osascript applescript wscript cscript
              mshta rundll regsvr msbuild installutil cscs tex latex pdftex pdflatex xetex xelatex luatex
              lualatex m dc ld qemu wine cling root basic rexx raku crystal nim
              mlr rename prename file-rename bc maxima gp gap sage magma zeek pyspark spark-submit spark-shell
              blender gimp inkscape soffice libreoffice msfconsole bettercap sysbench wrk locust jmeter
              javac javadoc jcmd jarsigner keytool jlink jpackage rustc rustdoc beeline hive duckdb usql mycli
              pgcli litecli clickhouse pgbench hadoop regasm odbcconf cmstp control hh diskshadow cdb ntsd
              windbg kd prove gs ghostscript gjs uvicorn gunicorn hypercorn flask streamlit
              pydoc bpython ptpython pdb ipdb idle celery scrapy alembic django-admin coverage nose qjs quickjs
              mujs duk hermes graaljs js jimsh wasmtime wasmer wasmedge swipl gprolog pike rakudo hy csi csc
              chezscheme chicken janet fennel tinycc tcc zig sexpect guestfish virt-customize gdbtui rust-gdb
              rust-lldb dlv perldoc perlbug dnscmd
              """),
          family(
              Kind.WRAPPER,
              """
              env sudo sudoedit doas su runuser pkexec gosu runas psexec nohup nice ionice chrt taskset
              time gtime timeout gtimeout setsid stdbuf unbuffer xargs gxargs parallel sem watch script ssh
              slogin dbclient plink autossh mosh rsh rlogin rexec sshpass telnet docker podman nerdctl
              kubectl oc crictl ctr lxc incus runc crun buildah apptainer singularity distrobox toolbox
              machinectl systemd-run systemd-nspawn systemd-inhibit systemd-cat chroot unshare nsenter
              setpriv capsh flatpak snap firejail bwrap proot fakeroot fakechroot faketime eatmydata eval
              exec builtin source trap coproc nocorrect noglob flock lockf setlock chpst softlimit envdir
              setuidgid daemonize daemon start-stop-daemon crontab cron crond at batch schtasks run-parts
              dbus-launch dbus-run-session xvfb-run tmux screen dtach abduco byobu direnv asdf mise rtx
              pyenv rbenv nodenv conda mamba micromamba nix guix devbox vagrant ansible salt puppet chef
              terraform tofu pulumi socat nc ncat netcat entr xdg-open open start cygstart explorer xterm
              uxterm konsole kitty alacritty wt mintty conhost gnome-terminal x-terminal-emulator linux
              setarch arch i x uname numactl cgexec prlimit choom chronic ifne pee mispipe sg newgrp login
              sulogin init tini dumb-init s runsv runsvdir supervisord catchsegv perf valgrind strace ltrace
              truss dtruss dtrace bpftrace stap gdbserver caffeinate launchctl sandbox-exec xcrun forfiles
              pcalua wmic msiexec bitsadmin hg torsocks torify proxychains tsocks cpulimit dive tsp zrun
              agetty getty openvt aa-exec runcon uclampset coresched pipesz setpgid enosys scriptlive slock
              xlock xautolock swayidle trace-cmd uftrace heaptrack leaks xctrace instruments etcdctl
              consul nomad clush dsh pdsh cssh pssh stress stress-ng fio service rc-service see compose edit
              run-mailcap mimeopen dex gio gapplication gtk-launch exo-open kde-open kioclient kfmclient kstart
              xdotool i3-msg swaymsg hyprctl bspc rofi dmenu busctl dbus-send gdbus qdbus coredumpctl
              procmail formail maildrop fetchmail getmail mbsync monit xinetd inetd stunnel pppd dhclient udhcpc
              dhcpcd dnsmasq wpa_cli hostapd_cli wg-quick ifup ifdown anacron fcron incrontab automator
              shortcuts installer runonce netsh modprobe kexec help2man libtool vault su-exec logrotate udevadm ssh-agent keychain aoss padsp primusrun optirun gamemoderun
              run0 rlwrap rlfe hyperfine grc msgexec ccache sccache distcc icecc bear systemd-socket-activate
              op doppler aws-vault infisical sops chamber envchain envconsul scl dotenv xinit startx vglrun
              sshuttle sshfs sc winrs scriptrunner gpg-agent nodemon pm2 watchexec watchman reflex incrond
              asciinema ttyrec zellij wezterm urxvt rxvt lxterminal tilix terminator xfce4-terminal nsjail
              openvpn chromium google-chrome chrome msedge vivaldi electron claude codex openclaw krabkrab
              multipass lima orb colima k9s heroku ttyd gotty websocketd dropbear tmate teleport tsh vtysh pcwrun
              mavinject tttracer infdefaultinstall presentationhost msdt dfsvc verclsid ieuinit
              syncappvpublishingserver aider gemini opencode cursor-agent minijail jexec limactl minikube mpirun mpiexec srun sbatch run-one run-this-one pwexec
              """),
          family(
              Kind.BUILDER,
              """
              make gmake bmake remake ninja samu cmake ctest cpack meson scons waf bazel bazelisk buck
              gradle gradlew mvn mvnw ant sbt lein just task mage invoke fab tox nox pytest py.test poetry
              pdm hatch uv uvx pipx pip easy_install npm npx pnpm pnpx yarn yarnpkg bunx corepack nx turbo
              lerna gulp grunt webpack vite rollup jest vitest mocha cargo rustup go gem bundle bundler rake
              rails composer artisan phpunit mix rebar stack cabal dune opam conan vcpkg pre-commit act
              xcodebuild dpkg apt apt-get aptitude yum dnf rpm zypper apk pacman yay brew port choco winget
              scoop nuget flutter pub brunch foreman overmind honcho earthly dagger skaffold tilt cpan
              autoconf autoreconf automake helm helmfile kustomize chezmoi packer gh glab sphinx-build mkdocs
              rubocop rspec karma cypress playwright ng nuxt next vue-cli-service expo wrangler serverless sls cdk
              babel parcel prettier stylelint mypy pylint flake golangci-lint goreleaser makepkg rpmbuild sbuild
              pbuilder quilt emerge opkg jekyll hugo doxygen latexmk eslint debuild dpkg-buildpackage checkinstall alien cpanm cpanp
              """),
          family(
              Kind.INSIDE,
              """
              vi vim vimdiff nvim gvim view rvim rview ex ed red emacs emacsclient nano pico joe jed mg kak
              hx micro code less more most pg man info lynx links elinks w3m ftp lftp sftp scp mysql mariadb
              psql sqlite mongo mongosh cqlsh sqlplus gdb cgdb lldb rr mutt mail mailx nail sendmail exim
              nmap ranger nnn mc vifm tig lazygit fzf sk ssh-keygen regedit mmc
              nvi vile zile jove ne dte mcedit helix kate gedit subl zed irssi weechat
              newsboat htop top atop ncdu cscope visudo vipw vigr
              sensible-editor sensible-pager sensible-browser editor pager www-browser x-www-browser
              """));

  /** Kinds of files that something else is started for. */
  private static final Set<String> INTERPRETED =
      Set.of(
          "bat",
          "cmd",
          "ps1",
          "psm1",
          "vbs",
          "vbe",
          "js",
          "jse",
          "wsf",
          "wsh",
          "hta",
          "msc",
          "lnk",
          "pif",
          "scr",
          "reg",
          "jar",
          "url",
          "sh",
          "bash",
          "zsh",
          "ksh",
          "csh",
          "tcsh",
          "fish",
          "command",
          "tool",
          "workflow",
          "scpt",
          "applescript",
          "py",
          "pyw",
          "pyz",
          "pl",
          "rb",
          "lua",
          "tcl",
          "php",
          "awk",
          "sed",
          "mjs",
          "cjs",
          "ts",
          "groovy",
          "run",
          "desktop",
          "appimage");

  /** Words that tell ordinary programs what to do, and run nothing as programs of that name. */
  private static final Set<String> VERBS =
      Set.of(
          "start",
          "init",
          "see",
          "edit",
          "compose",
          "control",
          "service",
          "rename",
          "top",
          "installer",
          "instruments",
          "leaks",
          "shortcuts",
          "idle",
          "coverage",
          "js",
          "next",
          "orb",
          "chicken",
          "flake",
          "cdk");

  /** What stands between a program's name and the rest of an argument that holds a command. */
  private static final Pattern PARTS = Pattern.compile("[\\s=:,;|&<>(){}\\[\\]!@$'\"`]+");

  private CommandRunners() {}

  /**
   * Says why no rule may name this program with these arguments, or null when one may.
   *
   * @param program path of the program
   * @param arguments what follows it
   */
  static @Nullable String why(String program, List<String> arguments) {
    if (!ProgramNames.isAscii(program)) {
      return "the name of the program has characters that look like others";
    }
    String name = ProgramNames.of(program);
    int dot = name.lastIndexOf('.');
    if (dot >= 0 && INTERPRETED.contains(name.substring(dot + 1))) {
      return Kind.INTERPRETER.why.formatted("what opens " + name);
    }
    if (name.startsWith("ld-") || name.contains(".so")) {
      return Kind.WRAPPER.why.formatted(name);
    }
    Kind kind = kind(name);
    if (kind != null) {
      return kind.why.formatted(name);
    }
    String options = RunnerOptions.why(name, arguments);
    return options == null ? among(name, arguments) : options;
  }

  private static @Nullable Kind kind(String name) {
    for (String form : ProgramNames.forms(name)) {
      for (Family family : FAMILIES) {
        if (family.has(form)) {
          return family.kind();
        }
      }
    }
    return null;
  }

  /** Programs that nobody has heard of start others too, and these are among the words. */
  private static @Nullable String among(String name, List<String> arguments) {
    // What git itself does is looked at where its options are.
    return arguments.stream()
        .skip(RunnerOptions.isGit(name) ? 1 : 0)
        .flatMap(PARTS::splitAsStream)
        .map(ProgramNames::of)
        .filter(CommandRunners::isRunner)
        .findFirst()
        .map(word -> "%s may start %s, which a rule would not show".formatted(name, word))
        .orElse(null);
  }

  private static boolean isRunner(String word) {
    return ProgramNames.stem(word).length() > 1 && !VERBS.contains(word) && kind(word) != null;
  }

  private static Family family(Kind kind, String names) {
    return new Family(kind, Set.copyOf(Arrays.asList(names.strip().split("\\s+"))));
  }
}
