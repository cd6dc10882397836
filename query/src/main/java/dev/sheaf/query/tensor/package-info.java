/**
 * Tensor programs: the one form in which tensor expressions of SQL, features and curation scores
 * run.
 *
 * <p>A {@link dev.sheaf.query.tensor.ProgramBuilder} builds an immutable {@link
 * dev.sheaf.query.tensor.TensorProgram}; shapes and dtypes are checked while it is built. {@link
 * dev.sheaf.query.tensor.TensorProgram#compile} gives a {@link
 * dev.sheaf.query.tensor.CompiledProgram} that runs over batches of rows, in any number of threads:
 *
 * <pre>{@code
 * ProgramBuilder b = new ProgramBuilder();
 * Value image = b.input("image", TensorType.of(DType.UINT8, Dim.symbol("h"), Dim.symbol("w"), Dim.of(3)));
 * TensorProgram program = b.build(b.mean(b.slice(image, Slice.parse("0:64, :, 0"))));
 * Tensor mean = program.compile(Backend.best()).run(List.of(tensor)).get(0);
 * }</pre>
 *
 * <p>Backends give the same bits; see {@code docs/tensor-programs.md}.
 */
package dev.sheaf.query.tensor;
