using System.Globalization;
using System.Runtime.InteropServices;

namespace Clew.Epcis;

/// <summary>
/// A value of an event, in the shape that JSON gives it, whatever form it was written in: the same event in JSON-LD, in XML 2.0 and
/// in XML 1.2 is the same tree. Nothing is turned into something else here: a number keeps its digits, a name its prefix.
/// </summary>
public abstract class Node
{
    /// <summary>Where it was written, in a form that has lines.</summary>
    public Spot At { get; init; }
}

/// <summary>A line and a column of an XML document, both from one; nought where there are none.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Spot(int Line, int Column)
{
    /// <summary>Whether there is one.</summary>
    public bool IsKnown => Line > 0;

    /// <summary>line:column</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Line}:{Column}");
}

/// <summary>A text.</summary>
public sealed class Text(string value) : Node
{
    /// <summary>What it says.</summary>
    public string Value { get; } = value;
}

/// <summary>A number, in its own digits: 26.0 stays 26.0.</summary>
public sealed class Number(string digits) : Node
{
    /// <summary>As it was written.</summary>
    public string Digits { get; } = digits;
}

/// <summary>True or false.</summary>
public sealed class Flag(bool value) : Node
{
    /// <summary>Which.</summary>
    public bool Value { get; } = value;
}

/// <summary>JSON's null.</summary>
public sealed class Nothing : Node;

/// <summary>A list.</summary>
public sealed class Items(IReadOnlyList<Node> all) : Node
{
    /// <summary>Its elements.</summary>
    public IReadOnlyList<Node> All { get; } = all;
}

/// <summary>Members by their names, in the order in which they were written.</summary>
public sealed class Group(IReadOnlyList<Member> members) : Node
{
    /// <summary>Its members.</summary>
    public IReadOnlyList<Member> Members { get; } = members;

    /// <summary>The member that the standard calls so.</summary>
    public Node? this[string local]
    {
        get
        {
            foreach (var member in Members)
            {
                if (member.Name.IsStandard && member.Name.Local == local)
                {
                    return member.Value;
                }
            }

            return null;
        }
    }

    /// <summary>The text of a member.</summary>
    public string? Text(string local) => (this[local] as Text)?.Value;

    /// <summary>The elements of a member that is a list; of a single value that value.</summary>
    public IReadOnlyList<Node> List(string local) => this[local] switch { null => [], Items items => items.All, var one => [one] };
}

/// <summary>A member of a group.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Member(Name Name, Node Value);

/// <summary>
/// What a member is called. Names of the standard have neither prefix nor namespace; those of somebody's own have both, where the
/// document says what the prefix means. A whole URI as a name has its namespace and no prefix.
/// </summary>
/// <param name="Local">The last part. A leading <c>@</c> marks an attribute of XML, and a keyword of JSON-LD.</param>
/// <param name="Prefix">As its sender chose it.</param>
/// <param name="Namespace">What the prefix stands for.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Name(string Local, string? Prefix = null, string? Namespace = null)
{
    /// <summary>The standard's, or without any namespace.</summary>
    public bool IsStandard => Prefix is null && Namespace is null;

    /// <summary>As JSON writes it.</summary>
    public override string ToString() => Prefix is null ? Namespace + Local : Local.StartsWith('@') ? $"@{Prefix}:{Local[1..]}" : $"{Prefix}:{Local}";
}
