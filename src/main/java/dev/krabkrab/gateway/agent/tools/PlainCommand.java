package dev.krabkrab.gateway.agent.tools;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Commands in which a shell has nothing to do but to tear words apart. */
final class PlainCommand {
  /** Nothing in them means anything to a shell, and the first is no assignment and no option. */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9_./][A-Za-z0-9_@%+:,./-]*(?: +[A-Za-z0-9_@%+=:,./-]+)*");

  /** What shells do themselves. */
  private static final Set<String> SHELL_OWN =
      Set.of(
          (". : [ alias autoload bg bind break builtin caller case cd command compgen complete"
               + " compopt continue coproc declare dirs disown do done echo elif else enable esac"
               + " eval exec exit export false fc fg fi for function getopts hash help history if"
               + " in jobs kill let local logout mapfile popd print printf pushd pwd read readarray"
               + " readonly repeat return select set setopt shift shopt source suspend test then"
               + " time times trap true type typeset ulimit umask unalias unset until wait whence"
               + " where which while")
              .split(" "));

  private PlainCommand() {}

  /** The words of a command, or none when a shell is needed. */
  static List<String> of(String command) {
    String text = command.strip();
    if (!PLAIN.matcher(text).matches()) {
      return List.of();
    }
    List<String> words = Arrays.asList(text.split(" +"));
    return SHELL_OWN.contains(words.getFirst()) ? List.of() : List.copyOf(words);
  }
}
