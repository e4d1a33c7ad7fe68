package dev.krabkrab.gateway.control.approvals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Knows the options that make an otherwise plain program start another one, such as {@code find
 * -exec} and {@code git -c}. Long options are known by any beginning of theirs, as programs take
 * them.
 */
final class RunnerOptions {
  private static final String WHY = "%s starts other programs when it is given %s";

  /**
   * What makes a program start others.
   *
   * @param words whole arguments, or with a star at their end what arguments begin with
   * @param longs options that begin with two dashes, with or without a value
   * @param letters one-letter options, alone, with a value glued to them, or among others
   */
  private record Options(Set<String> words, Set<String> longs, String letters) {}

  private static final Map<String, Options> BY_PROGRAM =
      Map.ofEntries(
          Map.entry("find", words("-exec", "-execdir", "-ok", "-okdir")),
          Map.entry("bfs", words("-exec", "-execdir", "-ok", "-okdir")),
          Map.entry("fd", options("xX", "--exec", "--exec-batch")),
          Map.entry("fdfind", options("xX", "--exec", "--exec-batch")),
          Map.entry("tar", tar()),
          Map.entry("bsdtar", tar()),
          Map.entry("rsync", options("eM", "--rsh", "--rsync-path", "--remote-option", "--config")),
          Map.entry("zip", options("T", "--unzip-command", "--test")),
          Map.entry("sort", options("", "--compress-program")),
          Map.entry("split", options("", "--filter")),
          Map.entry("cpio", options("", "--rsh-command", "--rmt-command")),
          Map.entry("tcpdump", options("z", "--postrotate-command")),
          Map.entry("wget", options("e", "--execute", "--use-askpass", "--config")),
          Map.entry("curl", options("K", "--config")),
          Map.entry("rg", options("", "--pre", "--hostname-bin")),
          Map.entry("ag", options("", "--pager")),
          Map.entry("bat", options("", "--pager")),
          Map.entry(
              "systemctl",
              new Options(
                  Set.of("edit", "link", "enable", "reenable"),
                  Set.of("--host", "--machine"),
                  "HM")),
          Map.entry("svn", options("", "--diff-cmd", "--editor-cmd", "--config-option", "--diff")),
          Map.entry("gcc", compiler()),
          Map.entry("g++", compiler()),
          Map.entry("gfortran", compiler()),
          Map.entry("cc", compiler()),
          Map.entry("c++", compiler()),
          Map.entry("cpp", compiler()),
          Map.entry("clang", compiler()),
          Map.entry("clang++", compiler()),
          Map.entry("clang-tidy", options("", "-load", "--load")),
          Map.entry("ar", options("", "--plugin")),
          Map.entry("nm", options("", "--plugin")),
          Map.entry("ranlib", options("", "--plugin")),
          Map.entry(
              "openssl",
              words(
                  "-engine",
                  "-provider",
                  "-provider-path",
                  "--engine",
                  "--provider",
                  "--provider-path",
                  "engine",
                  "-config",
                  "--config")),
          Map.entry("pandoc", options("FL", "--filter", "--lua-filter", "--pdf-engine")),
          Map.entry("tshark", options("X")),
          Map.entry("wireshark", options("X")),
          Map.entry("mpv", options("", "--script", "--scripts", "--config-dir", "--include")),
          Map.entry("msmtp", options("", "--passwordeval", "--file")),
          Map.entry("mdadm", options("", "--program", "--config")),
          Map.entry("gphoto2", options("", "--hook-script")),
          Map.entry("feh", options("A", "--action")),
          Map.entry("cppcheck", options("", "--addon", "--clang")),
          Map.entry("install", options("", "--strip-program")),
          Map.entry("aria2c", aria()),
          Map.entry("pidstat", options("e")),
          Map.entry("rpmquery", rpm()),
          Map.entry("rpmverify", rpm()),
          Map.entry("rpmkeys", rpm()),
          Map.entry("rpmspec", rpm()),
          Map.entry("sdiff", options("", "--diff-program")),
          Map.entry("diff3", options("", "--diff-program")),
          Map.entry("iptables", options("M", "--modprobe")),
          Map.entry("ip6tables", options("M", "--modprobe")),
          Map.entry("gpg", gpg()),
          Map.entry("restic", options("o", "--option", "--password-command")),
          Map.entry("borg", options("", "--rsh", "--remote-path")),
          Map.entry("rclone", options("", "--sftp-ssh", "--password-command", "--metadata-mapper")),
          Map.entry("yt-dlp", options("", "--exec", "--downloader", "--config-locations")),
          Map.entry("youtube-dl", options("", "--exec", "--external-downloader")),
          Map.entry(
              "ip", new Options(Set.of("exec", "-b", "-batch", "-force"), Set.of("--batch"), "")));

  /** Of git's commands those that no alias can take the place of and that start nothing else. */
  private static final Set<String> GIT =
      Set.of(
          """
          add blame branch cat-file check-ignore checkout cherry cherry-pick clean commit
          count-objects describe diff diff-tree fetch for-each-ref fsck gc grep
          hash-object init log ls-files ls-remote ls-tree merge merge-base mv name-rev
          pull push reflog remote reset restore rev-list rev-parse revert rm shortlog show
          show-ref stash status switch symbolic-ref tag --version version
          """
              .strip()
              .split("\\s+"));

  private static final Options IN_GIT =
      new Options(
          Set.of(),
          Set.of(
              "--exec",
              "--exec-path",
              "--config",
              "--config-env",
              "--open-files-in-pager",
              "--upload-pack",
              "--receive-pack",
              "--ext-diff",
              "--textconv",
              "--template",
              "--gpg-sign",
              "--sign"),
          "O");

  private RunnerOptions() {}

  static @Nullable String why(String name, List<String> arguments) {
    if (isGit(name)) {
      return git(gitArguments(name, arguments));
    }
    for (String form : ProgramNames.forms(name)) {
      for (Map.Entry<String, Options> known : BY_PROGRAM.entrySet()) {
        String program = known.getKey();
        if (form.equals(program) || ProgramNames.isVariant(form, program)) {
          String why = found(program, known.getValue(), arguments);
          if (why != null) {
            return why;
          }
        }
      }
    }
    return null;
  }

  static boolean isGit(String name) {
    return name.equals("git") || ProgramNames.isVariant(name, "git");
  }

  /** The programs that git's commands are do the same as git with the command. */
  private static List<String> gitArguments(String name, List<String> arguments) {
    if (!name.startsWith("git-") || ProgramNames.stem(name.substring(4)).isEmpty()) {
      return arguments;
    }
    List<String> all = new ArrayList<>(List.of(name.substring(4)));
    all.addAll(arguments);
    return all;
  }

  private static @Nullable String git(List<String> arguments) {
    if (arguments.isEmpty()) {
      return null;
    }
    String command = arguments.getFirst();
    if (!GIT.contains(command)) {
      // Options before the command change what it does, and other commands may be aliases.
      return "git " + command + " may start other programs";
    }
    for (String argument : arguments) {
      if (argument.contains("::")) {
        return WHY.formatted("git", argument);
      }
    }
    return found("git", IN_GIT, arguments);
  }

  private static @Nullable String found(String name, Options options, List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      boolean bundle = i == 0 && name.endsWith("tar");
      if (isWord(options.words(), argument)
          || isLong(options.longs(), argument)
          || isAmongLetters(options.letters(), argument, bundle)) {
        return WHY.formatted(name, argument);
      }
    }
    return null;
  }

  private static boolean isWord(Set<String> words, String argument) {
    return words.contains(argument)
        || words.stream()
            .anyMatch(
                word ->
                    word.endsWith("*")
                        && argument.startsWith(word.substring(0, word.length() - 1)));
  }

  private static boolean isLong(Set<String> longs, String argument) {
    int value = argument.indexOf('=');
    String option = value < 0 ? argument : argument.substring(0, value);
    return option.length() > 2
        && option.startsWith("-")
        && longs.stream()
            .anyMatch(
                known -> known.startsWith("--") ? known.startsWith(option) : known.equals(option));
  }

  private static boolean isAmongLetters(String letters, String argument, boolean bundle) {
    boolean options = argument.startsWith("-") && !argument.startsWith("--");
    return (options || bundle)
        && !argument.startsWith("--")
        && argument.chars().anyMatch(c -> letters.indexOf(c) >= 0);
  }

  /** What a compiler loads into itself, or starts in place of its own parts. */
  private static Options compiler() {
    return words(
        "-wrapper",
        "-load",
        "-Xclang",
        "-B*",
        "@*",
        "-fplugin*",
        "-specs*",
        "--specs*",
        "--config*");
  }

  private static Options tar() {
    return options(
        "IF",
        "--checkpoint-action",
        "--to-command",
        "--use-compress-program",
        "--info-script",
        "--new-volume-script",
        "--rsh-command",
        "--rmt-command");
  }

  private static Options aria() {
    return options(
        "",
        "--on-download-complete",
        "--on-download-error",
        "--on-download-pause",
        "--on-download-start",
        "--on-download-stop",
        "--on-bt-download-complete",
        "--conf-path");
  }

  private static Options rpm() {
    return options(
        "DE", "--eval", "--define", "--predefine", "--pipe", "--load", "--macros", "--rcfile");
  }

  private static Options gpg() {
    return options(
        "",
        "--photo-viewer",
        "--exec-path",
        "--agent-program",
        "--dirmngr-program",
        "--keyboxd-program",
        "--options",
        "--homedir");
  }

  private static Options words(String... words) {
    return new Options(Set.of(words), Set.of(), "");
  }

  private static Options options(String letters, String... longs) {
    return new Options(Set.of(), Set.of(longs), letters);
  }
}
