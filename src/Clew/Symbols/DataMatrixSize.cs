namespace Clew.Symbols;

/// <summary>Which outlines may be chosen from.</summary>
public enum DataMatrixShape
{
    /// <summary>Squares only: what most labels have room for.</summary>
    Square,

    /// <summary>Rectangles only: for a narrow edge or a cylinder.</summary>
    Rectangle,
}

/// <summary>One size of Data Matrix ECC 200.</summary>
/// <param name="Rows">Modules from top to bottom, with finder pattern.</param>
/// <param name="RegionRows">Modules of data from top to bottom in each region, which has its own finder pattern.</param>
/// <param name="Data">Code words of data.</param>
/// <param name="Checks">Code words of error correction.</param>
/// <param name="Blocks">Blocks of error correction, whose words alternate.</param>
public sealed record DataMatrixSize(int Rows, int Columns, int RegionRows, int RegionColumns, int Data, int Checks, int Blocks)
{
    // @formatter:off
#pragma warning disable IDE0055
    /// <summary>ISO/IEC 16022:2006, table 7 (TABLE): squares, then rectangles, each the smaller first.</summary>
    public static IReadOnlyList<DataMatrixSize> All { get; } =
    [
        // rows cols  region   data check blocks
        new(  10,  10,  8,  8,    3,    5,  1),
        new(  12,  12, 10, 10,    5,    7,  1),
        new(  14,  14, 12, 12,    8,   10,  1),
        new(  16,  16, 14, 14,   12,   12,  1),
        new(  18,  18, 16, 16,   18,   14,  1),
        new(  20,  20, 18, 18,   22,   18,  1),
        new(  22,  22, 20, 20,   30,   20,  1),
        new(  24,  24, 22, 22,   36,   24,  1),
        new(  26,  26, 24, 24,   44,   28,  1),
        new(  32,  32, 14, 14,   62,   36,  1),
        new(  36,  36, 16, 16,   86,   42,  1),
        new(  40,  40, 18, 18,  114,   48,  1),
        new(  44,  44, 20, 20,  144,   56,  1),
        new(  48,  48, 22, 22,  174,   68,  1),
        new(  52,  52, 24, 24,  204,   84,  2),
        new(  64,  64, 14, 14,  280,  112,  2),
        new(  72,  72, 16, 16,  368,  144,  4),
        new(  80,  80, 18, 18,  456,  192,  4),
        new(  88,  88, 20, 20,  576,  224,  4),
        new(  96,  96, 22, 22,  696,  272,  4),
        new( 104, 104, 24, 24,  816,  336,  6),
        new( 120, 120, 18, 18, 1050,  408,  6),
        new( 132, 132, 20, 20, 1304,  496,  8),
        new( 144, 144, 22, 22, 1558,  620, 10),

        new(   8,  18,  6, 16,    5,    7,  1),
        new(   8,  32,  6, 14,   10,   11,  1),
        new(  12,  26, 10, 24,   16,   14,  1),
        new(  12,  36, 10, 16,   22,   18,  1),
        new(  16,  36, 14, 16,   32,   24,  1),
        new(  16,  48, 14, 22,   49,   28,  1),
    ];
#pragma warning restore IDE0055
    // @formatter:on

    /// <summary>The largest square's data.</summary>
    public const int DataMax = 1558;

    /// <summary>Its outline.</summary>
    public DataMatrixShape Shape => Rows == Columns ? DataMatrixShape.Square : DataMatrixShape.Rectangle;

    /// <summary>Rows of the whole without the finder patterns.</summary>
    public int MappingRows => Rows / (RegionRows + 2) * RegionRows;

    /// <summary>Columns of the whole without the finder patterns.</summary>
    public int MappingColumns => Columns / (RegionColumns + 2) * RegionColumns;

    /// <summary>The smallest that holds so many code words, or nothing.</summary>
    public static DataMatrixSize? For(int words, DataMatrixShape shape) => All.FirstOrDefault(s => s.Shape == shape && s.Data >= words);

    /// <inheritdoc/>
    public override string ToString() => $"{Rows}×{Columns}";
}
