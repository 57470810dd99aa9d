using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Clew.Server.Storage;

namespace Clew.Server.Care;

/// <summary>
/// The master key under which the keys of persons lie wrapped: in a protected file outside of the database. A new one takes its place
/// whenever somebody is erased, so that no backup of the database from before gives the person back.
/// </summary>
public sealed class CareKeys
{
    /// <summary>The file's name.</summary>
    public const string KeyFile = "care.key";

    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly string path;
    private readonly SortedDictionary<int, byte[]> masters = [];

    private CareKeys(string path)
    {
        this.path = path;
        foreach (var line in (ProtectedFile.Read(path) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(' ');
            var key = new byte[KeyLength];
            if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !Convert.TryFromBase64String(parts[1], key, out var count) || count != KeyLength)
            {
                throw new StorageException($"{path} holds no master key. Put the right file there: without it no patient's record can be read.");
            }

            masters[number] = key;
        }

        if (masters.Count == 0)
        {
            Add();
        }
    }

    /// <summary>Which key new ones are wrapped under.</summary>
    public int Current => masters.Keys.Last();

    /// <summary>Whether a change of the key was broken off between the database and the file.</summary>
    public bool IsTurning => masters.Count > 1;

    /// <summary>Opens the file in this folder; makes a key where there is none.</summary>
    public static CareKeys Open(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new StorageException($"There is no folder {folder} for the master key of patients' records.");
        }

        return new CareKeys(Path.Combine(folder, KeyFile));
    }

    /// <summary>Adds a new one beside the old.</summary>
    public int Add()
    {
        masters[masters.Count == 0 ? 1 : Current + 1] = RandomNumberGenerator.GetBytes(KeyLength);
        Write();
        return Current;
    }

    /// <summary>Forgets all but the current one. What was wrapped under them only is gone.</summary>
    public void ForgetOthers()
    {
        foreach (var number in masters.Keys.SkipLast(1).ToList())
        {
            CryptographicOperations.ZeroMemory(masters[number]);
            masters.Remove(number);
        }

        Write();
    }

    /// <summary>A person's key, wrapped under the current master key.</summary>
    /// <param name="reference">Whose: a wrapped key put into another person's row opens nothing.</param>
    public byte[] Wrap(byte[] key, string reference) => Seal(masters[Current], key, reference);

    /// <summary>The person's key.</summary>
    /// <exception cref="CryptographicException">It is not wrapped under a master key that we have.</exception>
    public byte[] Unwrap(int number, byte[] wrapped, string reference) =>
        masters.TryGetValue(number, out var master) ? Open(master, wrapped, reference) : throw new CryptographicException($"There is no master key {number} any more.");

    /// <summary>A key for a person.</summary>
    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyLength);

    /// <summary>Seals bytes: nonce, ciphertext, tag (AES-256-GCM).</summary>
    public static byte[] Seal(byte[] key, byte[] bytes, string reference)
    {
        var whole = new byte[NonceLength + bytes.Length + TagLength];
        RandomNumberGenerator.Fill(whole.AsSpan(0, NonceLength));
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(whole.AsSpan(0, NonceLength), bytes, whole.AsSpan(NonceLength, bytes.Length), whole.AsSpan(NonceLength + bytes.Length), Encoding.UTF8.GetBytes(reference));
        return whole;
    }

    /// <summary>Opens what was sealed.</summary>
    /// <exception cref="CryptographicException">With another key, for somebody else, or altered since.</exception>
    public static byte[] Open(byte[] key, byte[] whole, string reference)
    {
        var length = whole.Length - NonceLength - TagLength;
        if (length < 0)
        {
            throw new CryptographicException("It is too short to have been sealed.");
        }

        var bytes = new byte[length];
        using var aes = new AesGcm(key, TagLength);
        aes.Decrypt(whole.AsSpan(0, NonceLength), whole.AsSpan(NonceLength, length), whole.AsSpan(NonceLength + length), bytes, Encoding.UTF8.GetBytes(reference));
        return bytes;
    }

    private void Write() => ProtectedFile.Write(path, string.Concat(masters.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Key} {Convert.ToBase64String(m.Value)}\n"))));
}

/// <summary>Whether this server keeps patients' records.</summary>
/// <param name="Keys">Nothing: it has no folder for the master key, and keeps none.</param>
public sealed record CareSettings(CareKeys? Keys)
{
    /// <summary>It keeps none.</summary>
    public static readonly CareSettings None = new((CareKeys?)null);
}
