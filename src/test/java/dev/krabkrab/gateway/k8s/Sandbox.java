package dev.krabkrab.gateway.k8s;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs programs of the assembled image as a container engine would: its files as the whole,
 * read-only file system, the C library and name files added that base image and engine bring, an
 * unprivileged user, no environment but the image's. Where that is not allowed, from their folder
 * and as this user.
 *
 * @param root the assembled files
 * @param state stands for /var/lib/krabkrab
 * @param secrets stands for /run/secrets
 */
record Sandbox(Path root, Path state, Path secrets, boolean isolated) {
  private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

  /** Arguments: root, state, secrets, user, command. Everything mounted ends with the process. */
  private static final String ENTER =
      """
      set -e
      root=$1 state=$2 secrets=$3 user=$4
      shift 4
      mount --bind "$root" "$root"
      mount -t proc proc "$root/proc"
      mount --bind /dev "$root/dev"
      mount -t tmpfs -o mode=1777,noexec,nosuid,nodev tmpfs "$root/tmp"
      mount --bind "$state" "$root/var/lib/krabkrab"
      mount --bind "$secrets" "$root/run/secrets"
      mount -o remount,bind,ro "$root"
      # Not on everybody's path.
      PATH=$PATH:/usr/sbin:/sbin
      exec chroot --userspec="$user" "$root" "$@"
      """;

  static Sandbox open(Path root, Path state, Path secrets, String user) throws Exception {
    for (Path folder : List.of(state, secrets)) {
      Files.createDirectories(folder);
    }
    Sandbox isolated = new Sandbox(root, state, secrets, true);
    if (!mayMount()) {
      return new Sandbox(root, state, secrets, false);
    }
    isolated.addWhatOthersBring();
    own(state, user);
    return isolated;
  }

  /** Makes a file only the image's user can read. */
  Path secret(String name, String text, String user) throws Exception {
    Path file = Files.writeString(secrets.resolve(name), text);
    if (isolated) {
      own(file, user);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    return isolated ? Path.of("/run/secrets").resolve(name) : file;
  }

  /** A process not yet started; its first word is a path inside the image. */
  ProcessBuilder process(ImageRecipe image, List<String> command, Map<String, String> more) {
    Map<String, String> environment = new LinkedHashMap<>(image.environment());
    List<String> words = new ArrayList<>();
    if (isolated) {
      words.addAll(List.of("unshare", "--mount", "sh", "-c", ENTER, "enter"));
      words.addAll(List.of(root.toString(), state.toString(), secrets.toString(), image.user()));
      words.addAll(command);
    } else {
      words.add(root + command.getFirst());
      words.addAll(command.subList(1, command.size()));
      environment.put("KRABKRAB_STATE_DIR", state.toString());
    }
    environment.putAll(more);
    ProcessBuilder builder = new ProcessBuilder(words);
    String path = builder.environment().get("PATH");
    builder.environment().clear();
    builder.environment().putAll(environment);
    // The tools that enter the sandbox are looked up with it; inside it means nothing.
    builder.environment().merge("PATH", String.valueOf(path), (own, host) -> own + ":" + host);
    return builder;
  }

  private void addWhatOthersBring() throws Exception {
    for (String folder : List.of("proc", "dev", "etc", "run/secrets")) {
      Files.createDirectories(root.resolve(folder));
    }
    Files.writeString(root.resolve("etc/hosts"), "127.0.0.1 localhost\n");
    Files.writeString(root.resolve("etc/resolv.conf"), "nameserver 127.0.0.1\n");
    var libraries = new TreeSet<Path>();
    try (Stream<Path> files = Files.walk(root.resolve("opt"))) {
      for (Path file :
          files
              .filter(f -> f.toString().endsWith(".so") || f.getParent().endsWith("bin"))
              .toList()) {
        Matcher found = LIBRARY.matcher(output("ldd", file.toString()));
        while (found.find()) {
          libraries.add(Path.of(found.group(1)));
        }
      }
    }
    for (Path library : libraries) {
      Path copy = root.resolve(library.toString().substring(1));
      if (!library.startsWith(root) && !Files.exists(copy)) {
        Files.createDirectories(copy.getParent());
        Files.copy(library.toRealPath(), copy);
      }
    }
  }

  private static boolean mayMount() throws Exception {
    return output("id", "-u").equals("0\n")
        && output("unshare", "--mount", "sh", "-c", "mount -t tmpfs tmpfs /mnt && echo yes")
            .contains("yes");
  }

  private static void own(Path path, String user) throws Exception {
    output("chown", user, path.toString());
  }

  private static String output(String... command) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException notInstalled) {
      return "";
    }
    String text = new String(process.getInputStream().readAllBytes());
    process.waitFor(10, TimeUnit.SECONDS);
    return text;
  }
}
