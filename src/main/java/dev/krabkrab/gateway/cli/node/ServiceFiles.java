package dev.krabkrab.gateway.cli.node;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The files by which a system starts a node and keeps it running. */
public final class ServiceFiles {
  private static final String UNIT =
      """
      [Unit]
      Description=KrabKrab node host
      Wants=network-online.target
      After=network-online.target

      [Service]
      ExecStart={command}
      EnvironmentFile=-{secrets}
      Restart=on-failure
      RestartSec=5
      # Wrong command line, or not let in: starting again changes nothing.
      RestartPreventExitStatus=2 4
      # The node ends what runs; what it cannot find any more, systemd ends.
      KillMode=mixed
      TimeoutStopSec=30
      UMask=0077
      NoNewPrivileges=yes

      [Install]
      WantedBy=default.target
      """;

  private static final String LIST =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
      <plist version="1.0">
      <dict>
        <key>Label</key>
        <string>dev.krabkrab.node</string>
        <key>ProgramArguments</key>
        <array>
      {words}  </array>
        <key>EnvironmentVariables</key>
        <dict>
          <key>PATH</key>
          <string>{path}</string>
        </dict>
        <key>RunAtLoad</key>
        <true/>
        <key>KeepAlive</key>
        <dict>
          <key>SuccessfulExit</key>
          <false/>
        </dict>
        <key>ThrottleInterval</key>
        <integer>60</integer>
        <key>ExitTimeOut</key>
        <integer>30</integer>
        <key>Umask</key>
        <integer>63</integer>
        <key>StandardOutPath</key>
        <string>{log}</string>
        <key>StandardErrorPath</key>
        <string>{log}</string>
      </dict>
      </plist>
      """;

  private ServiceFiles() {}

  /**
   * A unit of systemd, for a user or the system. Secrets come from a file of their own.
   *
   * @param command words that start the node
   * @param secrets file with variables
   */
  public static String systemd(List<String> command, Path secrets) {
    String words = command.stream().map(ServiceFiles::unitWord).collect(Collectors.joining(" "));
    return UNIT.replace("{secrets}", secrets.toString().replace("%", "%%"))
        .replace("{command}", words);
  }

  private static String unitWord(String word) {
    String escaped =
        word.replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%").replace("$", "$$");
    return escaped.matches("[A-Za-z0-9_@+=:,./-]+") ? escaped : "\"" + escaped + "\"";
  }

  /**
   * A property list of launchd, for an agent of a user.
   *
   * @param command words that start the node
   * @param path the node's PATH
   * @param log file that its output goes to
   */
  public static String launchd(List<String> command, String path, Path log) {
    String words =
        command.stream()
            .map(word -> "    <string>" + xml(word) + "</string>\n")
            .collect(Collectors.joining());
    return LIST.replace("{path}", xml(path))
        .replace("{log}", xml(log.toString()))
        .replace("{words}", words);
  }

  private static String xml(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
