using System.Text;
using Clew.Proof;
using Clew.Server.Proof;
using CsCheck;

namespace Clew.Tests.Proof;

/// <summary>Notes, checkpoints, cosignatures and proofs as others write and read them.</summary>
public sealed class NotesAsC2spHasThem
{
    // The example of C2SP signed-note.
    private const string FooKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    private const string FooNote = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    // The key pair, text and signature of golang.org/x/mod/sumdb/note's tests.
    private const string PeterKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    private const string PeterSeed = "gQoUAtUUbI2E8kQzMPVAgOv5juF9nHT2JS/F1ccoMXM=";
    private const string PeterText = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    private const string PeterLine = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    // RFC 8032 7.1, tests 1 to 3.
    [Theory]
    [InlineData("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "", "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72", "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82", "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void Signatures_are_those_of_the_rfc(string seed, string publicKey, string message, string signature)
    {
        var (key, text, made) = (Convert.FromHexString(publicKey), Convert.FromHexString(message), Convert.FromHexString(signature));
        Ed25519.PublicKey(Convert.FromHexString(seed)).ShouldBe(key);
        Ed25519.Sign(Convert.FromHexString(seed), text).ShouldBe(made);
        Ed25519.Verify(key, text, made).ShouldBeTrue();
        Ed25519.Verify(key, [.. text, 0], made).ShouldBeFalse();
        Ed25519.Verify(key, text, made.AsSpan(0, 63)).ShouldBeFalse();
        Ed25519.Verify(new byte[32], text, made).ShouldBeFalse();
    }

    [Theory]
    [InlineData(FooKey, FooNote)]
    [InlineData(PeterKey, PeterText + "\n" + PeterLine)]
    public void Notes_of_others_are_read_and_written_byte_for_byte(string key, string note)
    {
        var read = SignedNote.Read(note).Value;
        read.ToString().ShouldBe(note);
        read.By(NoteKey.Read(key).Value, Ed25519.Verify).ShouldBe(Signed.Truly);
        (read with { Text = read.Text.Replace("message", "Message", StringComparison.Ordinal).Replace("problem", "Problem", StringComparison.Ordinal) }).By(NoteKey.Read(key).Value, Ed25519.Verify).ShouldBe(Signed.Falsely);
        read.By(NoteKey.Read(key == FooKey ? PeterKey : FooKey).Value, Ed25519.Verify).ShouldBe(Signed.Not);
    }

    [Fact]
    public void Our_signature_is_the_one_of_the_go_library()
    {
        var seed = Convert.FromBase64String(PeterSeed);
        var key = NoteKey.Of("PeterNeumann", SignatureType.Note, Ed25519.PublicKey(seed));
        key.ToString().ShouldBe(PeterKey);
        new NoteSignature(key.Name, key.Id, Ed25519.Sign(seed, Encoding.UTF8.GetBytes(PeterText))).ToString().ShouldBe(PeterLine);
    }

    [Fact]
    public void No_mangled_key_is_a_key()
    {
        for (var from = 0; from <= PeterKey.Length; from++)
        {
            for (var until = from; until <= PeterKey.Length; until++)
            {
                NoteKey.Read(PeterKey[from..until]).IsRead.ShouldBe(from == 0 && until == PeterKey.Length);
            }

            if (from < PeterKey.Length)
            {
                NoteKey.Read(PeterKey[..from] + (char)(PeterKey[from] + 1) + PeterKey[(from + 1)..]).IsRead.ShouldBeFalse();
            }
        }

        NoteKey.Read("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==").IsRead.ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n")]
    [InlineData("text\n\n— PeterNeumann x08go/Y=")]
    [InlineData("text\n\n-- PeterNeumann x08go/ZJkuBS9UG/\n")]
    [InlineData("text\n\n— Peter+Neumann x08go/ZJkuBS9UG/\n")]
    [InlineData("text\n\n— PeterNeumann x08g\n")]
    [InlineData("te\rxt\n\n— PeterNeumann x08go/ZJkuBS9UG/\n")]
    [InlineData("text\n\n— PeterNeumann  x08go/ZJkuBS9UG/\n")]
    public void What_is_no_note_is_not_read(string note) => SignedNote.Read(note).IsRead.ShouldBeFalse();

    [Fact]
    public void Nothing_that_is_read_throws()
    {
        var proof = new InclusionProof(73_894, [TreeHasher.Empty, TreeHasher.Empty], SignedNote.Read(FooNote).Value).ToString();
        var request = new WitnessRequest(7, [TreeHasher.Empty], SignedNote.Read(FooNote).Value).ToString();
        var texts = new[] { FooNote, FooKey, proof, request, new Checkpoint("a", 5, TreeHasher.Empty).Text };
        Gen.Select(Gen.Int[0, texts.Length - 1], Gen.Int[0, 400], Gen.Int[0, 400], Gen.String).Sample((which, from, until, stuffed) =>
        {
            var text = texts[which];
            (from, until) = (Math.Min(from, text.Length), Math.Min(until, text.Length));
            var broken = text[..Math.Min(from, until)] + stuffed + text[Math.Max(from, until)..];
            _ = (SignedNote.Read(broken), NoteKey.Read(broken), Checkpoint.Read(broken), InclusionProof.Read(broken), WitnessRequest.Read(broken), Tile.TryRead(broken, out _, out _));
        }, iter: 20_000);
    }

    [Fact]
    public void A_checkpoint_is_three_lines()
    {
        // The example of C2SP tlog-checkpoint.
        const string Text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        var read = Checkpoint.Read(Text).Value;
        (read.Origin, read.Size).ShouldBe(("example.com/behind-the-sofa", 20_852_163));
        read.Text.ShouldBe(Text);
        Checkpoint.Read(Text + "time 5\n").Value.ShouldBe(read);
        foreach (var wrong in new[] { Text[..^1], "\n" + Text, Text.Replace("2085", "02085", StringComparison.Ordinal), Text.Replace("I=", "J=", StringComparison.Ordinal), Text.Replace("20852163", "0", StringComparison.Ordinal), Text.Replace("20852163", "-1", StringComparison.Ordinal), Text + "\n" })
        {
            Checkpoint.Read(wrong).IsRead.ShouldBeFalse(wrong);
        }
    }

    [Fact]
    public void Proofs_and_requests_are_what_they_were()
    {
        var note = SignedNote.Read(FooNote).Value;
        foreach (var count in new[] { 0, 1, Paths.LengthMax })
        {
            var hashes = Enumerable.Repeat(TreeHasher.Empty, count).ToList();
            var proof = new InclusionProof(73_894, hashes, note);
            InclusionProof.Read(proof.ToString()).Value.ToString().ShouldBe(proof.ToString());
            InclusionProof.Read(proof.ToString().Replace("\nindex", "\nextra AAAA\nindex", StringComparison.Ordinal)).Value.ToString().ShouldBe(proof.ToString());
            var request = new WitnessRequest(20_852_014, hashes, note);
            WitnessRequest.Read(request.ToString()).Value.ToString().ShouldBe(request.ToString());
        }

        WitnessRequest.Read(new WitnessRequest(1, Enumerable.Repeat(TreeHasher.Empty, Paths.LengthMax + 1).ToList(), note).ToString()).IsRead.ShouldBeFalse();
    }

    [Fact]
    public void A_witness_signs_when()
    {
        var seed = Convert.FromBase64String(PeterSeed);
        var key = NoteKey.Of("witness.example/w1", SignatureType.Cosignature, Ed25519.PublicKey(seed));
        NoteKey.Read(key.ToString()).Value.ShouldBe(key);
        var text = new Checkpoint("example.com/log", 0, TreeHasher.Empty).Text;
        Encoding.UTF8.GetString(Cosignature.Message(1_679_315_147, text)).ShouldBe("cosignature/v1\ntime 1679315147\n" + text);
        var note = new SignedNote(text, [Cosignature.Line(key, 1_679_315_147, Ed25519.Sign(seed, Cosignature.Message(1_679_315_147, text)))]);
        SignedNote.Read(note.ToString()).Value.CosignedAt(key, Ed25519.Verify).ShouldBe(1_679_315_147);
        var later = Cosignature.Line(key, 1_679_315_148, note.Signatures[0].Bytes.Span[8..]);
        new SignedNote(text, [later]).By(key, Ed25519.Verify).ShouldBe(Signed.Falsely);
        new SignedNote(text, [later]).CosignedAt(key, Ed25519.Verify).ShouldBeNull();
        later.ToString().ShouldStartWith("— witness.example/w1 ");
    }
}
