/**
 * What a node host does when it is asked: its own policy, commands as processes, and the files of a
 * service. It knows nothing of the connection.
 */
@NullMarked
package dev.krabkrab.gateway.cli.node;

import org.jspecify.annotations.NullMarked;
