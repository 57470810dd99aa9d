using System.Buffers;
using System.Globalization;
using Clew.Facts;
using Clew.Identification;

namespace Clew.Simulation;

/// <summary>What one sender tells in one breath, in the order of the world.</summary>
public sealed class Tale
{
    private readonly string key;

    /// <summary>Begins a tale.</summary>
    /// <param name="sender">The system that tells it: <c>wms</c>, <c>hospital-07</c>.</param>
    /// <param name="key">Of its own among the sender's: ids of facts begin with it.</param>
    public Tale(string sender, string key, DateTimeOffset at) => (Sender, this.key, Begun, Now) = (sender, key, at, at);

    /// <summary>Who tells it.</summary>
    public string Sender { get; }

    /// <summary>When its first fact happened.</summary>
    public DateTimeOffset Begun { get; }

    /// <summary>When its latest fact happened.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>Its facts.</summary>
    public List<Fact> Facts { get; } = [];

    /// <summary>Lets time pass.</summary>
    public Tale After(TimeSpan time)
    {
        Now += time;
        return this;
    }

    /// <summary>Says that something happened to these items, three minutes after the last.</summary>
    public Tale Say(Kind kind, Identity? place, IEnumerable<Identity> items, Func<Fact, Fact>? more = null) => Say(kind, place, items.Select(i => new Quantified(i)), more);

    /// <summary>The same of one item.</summary>
    public Tale Say(Kind kind, Identity? place, Identity item, Func<Fact, Fact>? more = null) => Say(kind, place, [new Quantified(item)], more);

    /// <summary>The same with quantities of lots.</summary>
    public Tale Say(Kind kind, Identity? place, IEnumerable<Quantified> items, Func<Fact, Fact>? more = null)
    {
        Now += TimeSpan.FromMinutes(3);
        var fact = new Fact
        {
            Kind = kind,
            Id = string.Create(CultureInfo.InvariantCulture, $"{key}/{Facts.Count}"),
            Happened = EventTime.Of(Now),
            Items = [.. items],
            Place = place,
        };
        Facts.Add(more?.Invoke(fact) ?? fact);
        return this;
    }

    /// <summary>Parts are fitted in a whole.</summary>
    public Tale Fit(Identity place, Identity whole, params Quantified[] parts) => Say(Vocabulary.ComponentFitted, place, parts, f => f with { Parent = whole });

    /// <summary>The document that a sender sends: an array of facts in our own JSON.</summary>
    public static byte[] Document(IEnumerable<Fact> facts)
    {
        var bytes = new ArrayBufferWriter<byte>(64 * 1024);
        var json = new CanonicalJson(bytes);
        json.StartArray();
        foreach (var fact in facts)
        {
            FactWriter.Write(json, fact);
        }

        json.EndArray();
        return bytes.WrittenSpan.ToArray();
    }
}
