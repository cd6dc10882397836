package dev.sheaf.format.internal.source.table;

import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.SourceColumn;
import dev.sheaf.format.internal.source.chat.ChatStyle;
import dev.sheaf.format.internal.source.chat.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Looks whether every row of a table is a chat or instruction of one style; such a table gets the
 * typed column {@code messages}, any other stays as it is.
 */
final class ChatObserver implements TableSource.Observer {
  private static final String COLUMN = "messages";

  private final TableSource.Observer plain;
  private final GuessingObserver chat;
  private ChatStyle style;
  private boolean other;

  ChatObserver(TableSource table, TableSource.Observer plain, boolean plainText) {
    this.plain = plain;
    this.chat = new GuessingObserver(table, List.of(), plainText);
  }

  @Override
  public void see(Place place, Map<String, Object> cells) {
    plain.see(place, cells);
    if (other) {
      return;
    }
    if (style == null) {
      style = ChatStyle.of(cells).orElse(null);
    }
    other = style == null || !style.fits(cells);
    if (!other) {
      Map<String, Object> mapped = Messages.of(cells, style);
      mapped.remove(COLUMN);
      chat.see(place, mapped);
    }
  }

  @Override
  public boolean isDone() {
    return false;
  }

  private boolean isChat() {
    return !other && style != null;
  }

  @Override
  public List<SourceColumn> columns(List<String> notes) {
    if (!isChat()) {
      return plain.columns(notes);
    }
    if (style != ChatStyle.MESSAGES) {
      notes.add("\"" + COLUMN + "\" is the chat in \"" + style.column() + "\", typed");
    }
    List<SourceColumn> columns = new ArrayList<>();
    columns.add(new SourceColumn(COLUMN, Messages.TYPE, SourceColumn.Birth.TYPED, false));
    columns.addAll(chat.columns(notes));
    return columns;
  }

  @Override
  public RowForm form() {
    ChatStyle found = style;
    return isChat() ? cells -> Messages.of(cells, found) : plain.form();
  }
}
