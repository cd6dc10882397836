/**
 * The order of a version: which sample each index is, and back.
 *
 * <p>{@link dev.sheaf.format.internal.order.OrderReader} maps an index {@code 0..n-1} to a segment
 * and slot by descending the live counts below {@code order/}, loading one leaf; {@link
 * dev.sheaf.format.internal.order.OrderEdit} turns appends, deletes and reorders into the blobs to
 * put and to remove. Deleting never moves an entry: a dead slot keeps its place, so that bringing a
 * sample back restores the earlier bytes.
 *
 * <pre>{@code
 * OrderReader order = OrderReader.open(tree, deletions);
 * Position position = order.locate(17);
 * OrderChange change = OrderEdit.from(order).append(segment, 65_536).build();
 * }</pre>
 *
 * <p>Readers may be shared between threads; an edit belongs to one thread. Spec:
 * docs/format-spec.md#order.
 */
package dev.sheaf.format.internal.order;
