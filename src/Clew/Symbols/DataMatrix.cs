using Clew.Identification;

namespace Clew.Symbols;

/// <summary>Data Matrix ECC 200 (ISO/IEC 16022:2006): code words, error correction, and where each bit lies.</summary>
public static class DataMatrix
{
    // The eight modules of a word, the highest bit first, from its own place (figure F.1).
    private static readonly (int Row, int Column)[] Usual = [(-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0)];

    // The four that are bent around the corners (figures F.3 to F.6); negative places count from the far edge.
    private static readonly (int Row, int Column)[][] Corners =
    [
        [(-1, 0), (-1, 1), (-1, 2), (0, -2), (0, -1), (1, -1), (2, -1), (3, -1)],
        [(-3, 0), (-2, 0), (-1, 0), (0, -4), (0, -3), (0, -2), (0, -1), (1, -1)],
        [(-3, 0), (-2, 0), (-1, 0), (0, -2), (0, -1), (1, -1), (2, -1), (3, -1)],
        [(-1, 0), (-1, -1), (0, -3), (0, -2), (0, -1), (1, -3), (1, -2), (1, -1)],
    ];

    /// <summary>The smallest symbol of this shape that carries the text, or of exactly this size.</summary>
    /// <param name="isGs1">Whether FNC1 stands first, and stands for each GS of the text.</param>
    public static Reading<Symbol> Encode(string text, bool isGs1 = false, DataMatrixShape shape = DataMatrixShape.Square, DataMatrixSize? size = null)
    {
        if (text.Length == 0)
        {
            return Reading<Symbol>.Wrong(new Finding(SymbolFindings.Empty, ""));
        }

        if (text.Length > DataMatrixWords.TextMax)
        {
            return TooLong(text, text.Length, DataMatrixSize.All.Where(s => s.Shape == shape).Max(s => s.Data), Name(size, shape));
        }

        // Without an extended channel, whose support is poor, a symbol speaks Latin-1.
        if (text.FirstOrDefault(c => c > 255) is var foreign and not '\0')
        {
            return Reading<Symbol>.Wrong(new Finding(SymbolFindings.Character, "", foreign.ToString(), "Data Matrix"));
        }

        var words = DataMatrixWords.Of(text, isGs1, IsFull);
        if ((size ?? DataMatrixSize.For(words.Length, shape)) is not { } chosen || chosen.Data < words.Length)
        {
            return TooLong(text, words.Length, size?.Data ?? DataMatrixSize.All.Where(s => s.Shape == shape).Max(s => s.Data), Name(size, shape));
        }

        var whole = Checked(DataMatrixWords.Padded(words, chosen.Data), chosen);
        return Reading<Symbol>.Of(new Symbol(Symbology.DataMatrix, text, isGs1, chosen.Columns, Drawn(Placed(whole, chosen), chosen), whole));

        bool IsFull(int count) => size is not null ? size.Data == count : DataMatrixSize.For(count, shape)?.Data == count;
    }

    private static Reading<Symbol> TooLong(string text, int needed, int held, string what) =>
        Reading<Symbol>.Wrong(new Finding(SymbolFindings.TooLong, "", text.Length > 60 ? text[..60] + "…" : text, Say(needed), what, Say(held)));

    private static string Name(DataMatrixSize? size, DataMatrixShape shape) => "Data Matrix " + (size ?? DataMatrixSize.All.Last(s => s.Shape == shape));

    private static string Say(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    // The check words behind the data. Word k of the whole belongs to block k mod n (5.7.2). In 144×144, whose data do not end with a
    // block, the standard can be read in two ways; this is the one that readers in the field take.
    private static byte[] Checked(byte[] data, DataMatrixSize size)
    {
        var checks = Enumerable.Range(0, size.Blocks)
            .Select(block => ReedSolomon.Checks([.. data.Where((_, k) => k % size.Blocks == block)], size.Checks / size.Blocks)).ToArray();
        var whole = new byte[size.Data + size.Checks];
        data.CopyTo(whole, 0);
        for (var k = size.Data; k < whole.Length; k++)
        {
            whole[k] = checks[k % size.Blocks][(k - size.Data) / size.Blocks];
        }

        return whole;
    }

    // Lays the words along diagonals, up and down in turn (annex F.3).
    private static bool[,] Placed(byte[] words, DataMatrixSize size)
    {
        var (rows, columns) = (size.MappingRows, size.MappingColumns);
        var dark = new bool[rows, columns];
        var isTaken = new bool[rows, columns];
        var next = 0;
        var (row, column) = (4, 0);
        do
        {
            if (column == 0 && row == rows)
            {
                Bend(0);
            }
            else if (column == 0 && row == rows - 2 && columns % 4 != 0)
            {
                Bend(1);
            }
            else if (column == 0 && row == rows - 2 && columns % 8 == 4)
            {
                Bend(2);
            }
            else if (column == 2 && row == rows + 4 && columns % 8 == 0)
            {
                Bend(3);
            }

            for (; row >= 0 && column < columns; row -= 2, column += 2)
            {
                LayAt();
            }

            (row, column) = (row + 1, column + 3);
            for (; row < rows && column >= 0; row += 2, column -= 2)
            {
                LayAt();
            }

            (row, column) = (row + 3, column + 1);
        }
        while (row < rows || column < columns);

        // What is left over in the last corner is a fixed pattern.
        if (!isTaken[rows - 1, columns - 1])
        {
            dark[rows - 1, columns - 1] = dark[rows - 2, columns - 2] = true;
        }

        return dark;

        void LayAt()
        {
            if (row >= 0 && row < rows && column >= 0 && column < columns && !isTaken[row, column])
            {
                Lay(Usual, row, column);
            }
        }

        void Bend(int corner) => Lay([.. Corners[corner].Select(m => (m.Row < 0 ? m.Row + rows : m.Row, m.Column < 0 ? m.Column + columns : m.Column))], 0, 0);

        void Lay((int Row, int Column)[] shape, int atRow, int atColumn)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var (r, c) = (atRow + shape[bit].Row, atColumn + shape[bit].Column);
                if (r < 0)
                {
                    (r, c) = (r + rows, c + 4 - ((rows + 4) % 8));
                }

                if (c < 0)
                {
                    (r, c) = (r + 4 - ((columns + 4) % 8), c + columns);
                }

                isTaken[r, c] = true;
                dark[r, c] = (words[next] & (0x80 >> bit)) != 0;
            }

            next++;
        }
    }

    // Each region gets its finder pattern: solid to the left and below, alternating above and to the right.
    private static bool[] Drawn(bool[,] dark, DataMatrixSize size)
    {
        var modules = new bool[size.Rows * size.Columns];
        for (var row = 0; row < size.Rows; row++)
        {
            for (var column = 0; column < size.Columns; column++)
            {
                var (regionRow, r) = Math.DivRem(row, size.RegionRows + 2);
                var (regionColumn, c) = Math.DivRem(column, size.RegionColumns + 2);
                modules[(row * size.Columns) + column] =
                    c == 0 || r == size.RegionRows + 1 || (r == 0 ? c % 2 == 0
                    : c == size.RegionColumns + 1 ? r % 2 == 1
                    : dark[(regionRow * size.RegionRows) + r - 1, (regionColumn * size.RegionColumns) + c - 1]);
            }
        }

        return modules;
    }
}
