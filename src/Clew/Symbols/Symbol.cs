namespace Clew.Symbols;

/// <summary>How a symbol is built.</summary>
public enum Symbology : byte
{
    /// <summary>Data Matrix ECC 200 (ISO/IEC 16022); with FNC1 in first position it is a GS1 DataMatrix.</summary>
    DataMatrix,

    /// <summary>Code 128 (ISO/IEC 15417); with FNC1 in first position it is a GS1-128.</summary>
    Code128,

    /// <summary>QR Code (ISO/IEC 18004). A library builds it, in the shell; here it is drawn.</summary>
    Qr,
}

/// <summary>A symbol before it is drawn: which modules are dark. A module is the smallest square, or the narrowest bar; how wide it becomes is up to whoever draws.</summary>
public sealed class Symbol
{
    private readonly bool[] modules;

    /// <summary>A symbol of these modules, row by row from the top.</summary>
    public Symbol(Symbology symbology, string text, bool isGs1, int width, bool[] modules, IReadOnlyList<byte> words)
    {
        if (modules.Length == 0 || modules.Length % width != 0)
        {
            throw new ArgumentException($"{modules.Length} modules do not fill rows of {width}.", nameof(modules));
        }

        this.modules = modules;
        (Symbology, Text, IsGs1, Width, Words) = (symbology, text, isGs1, width, words);
    }

    /// <summary>How it is built.</summary>
    public Symbology Symbology { get; }

    /// <summary>What a scanner reads; in a GS1 symbol GS stands where FNC1 parts two elements.</summary>
    public string Text { get; }

    /// <summary>Whether FNC1 stands first, which says that GS1 element strings follow.</summary>
    public bool IsGs1 { get; }

    /// <summary>Modules from left to right, without quiet zone.</summary>
    public int Width { get; }

    /// <summary>Rows of modules; 1 where bars stand, whose height is up to whoever draws.</summary>
    public int Height => modules.Length / Width;

    /// <summary>The code words, check and all, as the standard numbers them: what other encoders and decoders can be compared with. None of a QR Code.</summary>
    public IReadOnlyList<byte> Words { get; }

    /// <summary>Modules that must stay light to the left and right.</summary>
    public int QuietX => Symbology switch { Symbology.DataMatrix => 1, Symbology.Code128 => 10, _ => 4 }; // ISO/IEC 16022 7.1, 15417 4.4, 18004 5.3.8

    /// <summary>Modules that must stay light above and below.</summary>
    public int QuietY => Symbology == Symbology.Code128 ? 0 : QuietX;

    /// <summary>Whether this module is dark. Column 0 is the left, row 0 the top.</summary>
    public bool IsDark(int x, int y) => modules[(y * Width) + x];

    /// <summary>The stretches of dark modules of a row: where each begins, and how wide it is.</summary>
    public IEnumerable<(int X, int Length)> Runs(int y)
    {
        for (var x = 0; x < Width; x++)
        {
            var start = x;
            while (x < Width && IsDark(x, y))
            {
                x++;
            }

            if (x > start)
            {
                yield return (start, x - start);
            }
        }
    }
}
