using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Clew.Proof;
using Clew.Server.Storage;

namespace Clew.Server.Proof;

/// <summary>The signer does not sign this: it would deny what it has signed before.</summary>
public sealed class SignerRefusesException(string message) : Exception(message);

/// <summary>
/// Signs checkpoints with a key, and with a memory of the last one that it signed, both in a folder outside of the database. It signs
/// nothing that is shorter or otherwise: a database that was altered, or restored from yesterday, gets no signature.
/// </summary>
/// <remarks>
/// What was signed is in the folder before anybody gets to see it. Whoever may write to the folder can make the signer forget; that is
/// what witnesses and exported checkpoints are for.
/// </remarks>
public sealed class Signer : IDisposable
{
    private const string KeyFile = "ledger.key";
    private const string RetiredFile = "ledger.key.retired";
    private const string WitnessFile = "witness.key";
    private const string DeclaredFile = "ledger.declared";
    private const string SignedFile = "signed";

    private readonly Lock gate = new();
    private readonly string folder;
    private readonly FileStream ownership;
    private readonly Secret witness;
    private Secret key;
    private Secret? retired;

    private Signer(string folder, FileStream ownership, string? origin, DateTimeOffset now)
    {
        (this.folder, this.ownership) = (folder, ownership);
        key = Load(KeyFile) ?? Keep(KeyFile, Secret.New(origin, SignatureType.Note));
        if (origin is not null && origin != key.Public.Name)
        {
            throw new StorageException($"The key in {folder} is that of '{key.Public.Name}', not of '{origin}'. A ledger never changes its name: leave --origin out, or name another folder.");
        }

        retired = Load(RetiredFile) is { } before && before.Public != key.Public ? before : null;
        witness = Load(WitnessFile) ?? Keep(WitnessFile, Secret.New(key.Public.Name, SignatureType.Cosignature));
        Declaration = Declared() ?? Declare(now);
        LastNote = Read(SignedFile) is { } last ? SignedNote.Read(last).Value : null;
    }

    /// <summary>Which ledger this is, for everybody.</summary>
    public string Origin => key.Public.Name;

    /// <summary>The key that signs checkpoints.</summary>
    public NoteKey Key => key.Public;

    /// <summary>The key that co-signs the checkpoints of others.</summary>
    public NoteKey WitnessKey => witness.Public;

    /// <summary>That checkpoints are signed with this key, signed by it and by the one before.</summary>
    public SignedNote Declaration { get; private set; }

    /// <summary>The last checkpoint that was signed.</summary>
    public SignedNote? LastNote { get; private set; }

    /// <summary>The same, read.</summary>
    public Checkpoint? Last => LastNote is null ? null : Checkpoint.Read(LastNote.Text).Value;

    /// <summary>Opens the folder, and makes keys where there are none.</summary>
    /// <param name="origin">The ledger's name, when it gets its key; nothing for one that follows from the key.</param>
    /// <exception cref="StorageException">With what to do.</exception>
    public static Signer Open(string folder, string? origin, DateTimeOffset now)
    {
        if (origin is not null && !NoteKey.IsName(origin))
        {
            throw new StorageException($"'{origin}' cannot be the name of a ledger: it must have neither blanks nor plus signs, such as example.com/clew.");
        }

        FileStream ownership;
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, ProtectedFile.Ours | UnixFileMode.UserExecute);
            }

            ownership = new FileStream(Path.Combine(folder, "owner.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"The folder of the ledger's key, {folder}, cannot be used: {e.Message} Another Clew may be signing with it; otherwise name another with --keys or CLEW_KEYS.");
        }

        try
        {
            return new Signer(folder, ownership, origin, now);
        }
        catch
        {
            ownership.Dispose();
            throw;
        }
    }

    /// <summary>Signs a checkpoint.</summary>
    /// <param name="path">That it continues the last one that was signed.</param>
    /// <exception cref="SignerRefusesException">It does not.</exception>
    public SignedNote Sign(Checkpoint next, IReadOnlyList<Digest> path)
    {
        lock (gate)
        {
            if (next.Origin != Origin)
            {
                throw new SignerRefusesException($"The checkpoint is of '{next.Origin}', and this is the key of '{Origin}'.");
            }

            if (Last is { } last)
            {
                using var hasher = new TreeHasher();
                if (!Paths.Extends(last.Size, last.Root, next.Size, next.Root, path, hasher))
                {
                    throw new SignerRefusesException(string.Create(CultureInfo.InvariantCulture, $"The ledger of {next.Size} entries does not continue the one of {last.Size} entries that was signed last."));
                }

                if (last == next && retired is null && LastNote!.Signatures.Any(s => s.KeyId == Key.Id))
                {
                    return LastNote;
                }
            }

            // For once both, so that whoever knows only the old key sees the new one arrive.
            var note = new SignedNote(next.Text, [.. new[] { key, retired }.OfType<Secret>().Select(k => k.Under(next.Text))]);
            Write(SignedFile, note.ToString());
            LastNote = note;
            if (retired is not null)
            {
                File.Delete(At(RetiredFile));
                retired = null;
            }

            return note;
        }
    }

    /// <summary>Makes a new key. The next checkpoint is signed with both, all later ones with the new one.</summary>
    public void Rotate(DateTimeOffset now)
    {
        lock (gate)
        {
            var next = Secret.New(Origin, SignatureType.Note);

            // Broken off between two of these, the old key still signs, and the folder is read as it was.
            Keep(RetiredFile, key);
            Keep(KeyFile, next);
            (retired, key) = (key, next);
            Declaration = Declare(now);
        }
    }

    /// <summary>Co-signs the checkpoint of another ledger.</summary>
    /// <param name="text">Of the checkpoint.</param>
    /// <param name="now">When; a witness says that the ledger was like this then.</param>
    public NoteSignature Cosign(string text, DateTimeOffset now)
    {
        var time = now.ToUnixTimeSeconds();
        return Cosignature.Line(WitnessKey, time, witness.Sign(Cosignature.Message(time, text)));
    }

    /// <summary>Signs any other text, such as the manifest of a pack.</summary>
    public SignedNote Sign(string text) => new(text, [key.Under(text)]);

    /// <inheritdoc/>
    public void Dispose() => ownership.Dispose();

    private SignedNote? Declared() => Read(DeclaredFile) is { } kept && SignedNote.Read(kept).TryGet(out var note) && KeyDeclaration.Read(note.Text)?.Key == Key ? note : null;

    private SignedNote Declare(DateTimeOffset now)
    {
        var text = new KeyDeclaration(Origin, Key, now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)).Text;
        var note = new SignedNote(text, [.. new[] { key, retired }.OfType<Secret>().Select(k => k.Under(text))]);
        Write(DeclaredFile, note.ToString());
        return note;
    }

    private Secret? Load(string file) => Read(file) is { } text ? Secret.Read(text.Trim()) ?? throw new StorageException($"{At(file)} holds no key. Put the right file there, or take it away to have a new key made.") : null;

    private Secret Keep(string file, Secret secret)
    {
        Write(file, secret.ToString() + "\n");
        return secret;
    }

    private string? Read(string file) => ProtectedFile.Read(At(file));

    private void Write(string file, string text) => ProtectedFile.Write(At(file), text);

    private string At(string file) => Path.Combine(folder, file);

    /// <summary>A private key, written as the Go library of signed notes writes it.</summary>
    private sealed class Secret(NoteKey key, byte[] seed)
    {
        public NoteKey Public => key;

        public static Secret New(string? name, SignatureType type)
        {
            var seed = RandomNumberGenerator.GetBytes(Ed25519.SeedLength);
            var publicKey = Ed25519.PublicKey(seed);
            return new Secret(NoteKey.Of(name ?? "clew/ledger-" + Convert.ToHexStringLower(SHA256.HashData(publicKey))[..12], type, publicKey), seed);
        }

        public static Secret? Read(string text)
        {
            var parts = text.Split('+', 5);
            var bytes = new byte[Ed25519.SeedLength + 3];
            if (parts.Length != 5 || parts[0] != "PRIVATE" || parts[1] != "KEY" || !NoteKey.IsName(parts[2]) || !Convert.TryFromBase64String(parts[4], bytes, out var count) || count != Ed25519.SeedLength + 1)
            {
                return null;
            }

            var seed = bytes[1..count];
            var secret = new Secret(NoteKey.Of(parts[2], (SignatureType)bytes[0], Ed25519.PublicKey(seed)), seed);
            return secret.ToString() == text ? secret : null;
        }

        public byte[] Sign(ReadOnlySpan<byte> message) => Ed25519.Sign(seed, message);

        public NoteSignature Under(string text) => new(key.Name, key.Id, Sign(Encoding.UTF8.GetBytes(text)));

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"PRIVATE+KEY+{key.Name}+{key.Id:x8}+{Convert.ToBase64String([(byte)key.Type, .. seed])}");
    }
}
