using Clew.Identification;

namespace Clew.Symbols;

/// <summary>Why something cannot be made a symbol.</summary>
public static class SymbolFindings
{
    /// <summary>More than fits.</summary>
    public static readonly FindingKind TooLong = new("symbol.tooLong", Severity.Error,
        "'{0}' needs {1} places, and {2} has {3}.", "Carry fewer elements, a shorter serial, or choose a two-dimensional symbol or a larger one.",
        "“{0}”需要 {1} 个位置，而 {2} 只有 {3} 个。", "请减少元素、缩短序列号，或改用二维码或更大的符号。");

    /// <summary>A character that the symbology has not.</summary>
    public static readonly FindingKind Character = new("symbol.character", Severity.Error,
        "{1} cannot carry '{0}'.", "Identifiers are made of Latin letters, digits and a few marks; print other text beside the symbol.",
        "{1} 无法承载字符“{0}”。", "标识由拉丁字母、数字和少数符号组成；其他文字请印在符号旁。");

    /// <summary>Nothing to carry.</summary>
    public static readonly FindingKind Empty = new("symbol.empty", Severity.Error,
        "There is nothing that a symbol could carry.", "Give the identifier.",
        "没有可供符号承载的内容。", "请填写标识。");

    /// <summary>Named, and yet by nothing that a symbol of its agency carries.</summary>
    public static readonly FindingKind None = new("symbol.none", Severity.Error,
        "No symbol is defined for '{0}'.", "Print an identifier that an issuing agency has given out; a serial must be one that its symbols can hold.",
        "没有为“{0}”定义符号。", "请打印发码机构发放的标识；序列号须为其符号可容纳的内容。");

    /// <summary>What has no web address.</summary>
    public static readonly FindingKind NoLink = new("symbol.noLink", Severity.Error,
        "'{0}' cannot be written as a GS1 Digital Link, which a QR code of GS1 carries.", "Carry it in a DataMatrix, or leave out the elements that have no place in a web address.",
        "“{0}”无法写成 GS1 数字链接，而 GS1 的二维码(QR)承载该链接。", "请改用 DataMatrix，或去掉不能写入网址的元素。");

    /// <summary>What is read with scruples is not printed at all.</summary>
    public static readonly FindingKind NotPrintable = new("symbol.notPrintable", Severity.Error,
        "'{0}' is not printed: it is wrong in itself.", "A wrong identifier on a label stays wrong for the life of the device. Correct what else is found here first.",
        "“{0}”不予打印：其本身有误。", "标签上的错误标识会伴随器械终生。请先更正此处列出的其他问题。");
}
