package dev.krabkrab.gateway.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** The files that systems run a node by. */
class ServiceFilesTest {
  private static final List<String> COMMAND =
      List.of("/opt/krabkrab", "node", "run", "--display-name", "50% of <my> \"$box\" & more");

  @Test
  void aUnitStartsTheNodeAgainUnlessItIsNotLetIn() {
    assertThat(ServiceFiles.systemd(COMMAND, Path.of("/s/100%/secrets.env")).lines())
        .contains(
            "ExecStart=/opt/krabkrab node run --display-name"
                + " \"50%% of <my> \\\"$$box\\\" & more\"",
            "EnvironmentFile=-/s/100%%/secrets.env",
            "Restart=on-failure",
            "RestartPreventExitStatus=2 4",
            "KillMode=mixed",
            "WantedBy=default.target");
  }

  @Test
  void aPropertyListIsXmlWithTheSameWords() throws Exception {
    String text = ServiceFiles.launchd(COMMAND, "/usr/bin:/bin", Path.of("/s/log"));
    DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    builder.setEntityResolver(
        (name, system) -> new InputSource(new ByteArrayInputStream(new byte[0])));
    Document list = builder.parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    assertThat(list.getElementsByTagName("array").item(0).getTextContent().strip().lines())
        .map(String::strip)
        .containsExactlyElementsOf(COMMAND);
    assertThat(text).contains("<key>KeepAlive</key>", "/usr/bin:/bin", "<string>/s/log</string>");
  }
}
