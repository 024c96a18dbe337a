//! Records survive packing, lie where their rows say, and hash as the layout they have.

use spec::host::{InjectDescriptor, PuntDescriptor, StatusBlock};
use spec::limits::CAPACITY_2K;
use spec::table::{Action, Counters, Key, Slot, StashRow};
use spec::{RECORDS, command, hash};

#[test]
fn records_have_no_holes_and_the_sizes_that_memory_needs() {
    for record in RECORDS {
        let mut end = 0;
        for field in record.fields {
            assert_eq!(field.lsb, end, "{}.{}", record.name, field.name);
            end += field.width;
        }
    }
    let bits = [Key::BITS, Action::BITS, Counters::BITS, command::Command::BITS];
    assert_eq!(bits, [128; 4]);
    assert_eq!(
        (command::Completion::BITS, InjectDescriptor::BITS, StatusBlock::BITS),
        (128, 128, 128)
    );
    assert_eq!((PuntDescriptor::BITS, Slot::BITS, StashRow::BITS), (256, 36, 160));
}

#[test]
fn a_key_lies_as_its_rows_say() {
    let key = Key {
        kind: 1,
        address: 0xc080_0a05,
        local: 2,
        peer_port: 1701,
        local_port: 0xbeef,
        discriminator: 0x1234_5678,
        ..Key::default()
    };
    let bits = u128::from_le_bytes(key.pack());
    for (name, value) in [("kind", 1), ("address", 0xc080_0a05), ("local_port", 0xbeef)] {
        let field = Key::FIELDS.iter().find(|field| field.name == name).unwrap();
        assert_eq!(bits >> field.lsb & ((1 << field.width) - 1), value, "{name}");
    }
    assert_eq!(Key::unpack(&key.pack()), key);
}

#[test]
fn the_two_buckets_of_a_key_lead_to_each_other() {
    let mask = CAPACITY_2K.buckets() as u32 - 1;
    let (mut differing, mut equal) = (0, 0);
    for n in 0..10_000u32 {
        let hash = hash::hash(&u128::from(n).to_le_bytes(), &[7; 16]);
        let place = hash::place(hash, CAPACITY_2K);
        let [first, second] = place.buckets;
        differing |= first ^ second;
        equal |= !(first ^ second);
        assert_eq!(hash::other_bucket(first, place.fingerprint, mask), second);
        assert_eq!(hash::other_bucket(second, place.fingerprint, mask), first);
    }
    // No bit always differs, or never: the buckets would fall apart into separate tables.
    assert_eq!((differing & mask, equal & mask), (mask, mask));
}

#[test]
fn the_s_box_is_that_of_fips_197() {
    let known = [(0x00, 0x63), (0x01, 0x7c), (0x53, 0xed), (0xff, 0x16)];
    assert!(known.iter().all(|(x, y)| hash::SBOX[*x] == *y));
}

#[test]
fn the_hash_is_the_parity_of_the_s_boxes() {
    for n in 0..1000u128 {
        let key = (n.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)).to_le_bytes();
        let secret = (n << 64 | n).to_le_bytes();
        let bytes: Vec<u8> =
            key.iter().zip(secret).map(|(k, s)| hash::SBOX[usize::from(k ^ s)]).collect();
        assert_eq!(hash::hash(&key, &secret).to_le_bytes(), hash::compress(&bytes));
    }
}

/// Every record against a field-by-field reading of its bits, from patterns of all kinds.
#[test]
fn fields_are_read_and_written_bit_by_bit() {
    let bit = |bytes: &[u8], at: usize| u64::from(bytes[at / 8] >> (at % 8) & 1);
    let mut state = 1u64;
    for _ in 0..200 {
        let bytes: [u8; 64] = core::array::from_fn(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        });
        macro_rules! check {
            ($($record:ty: $($field:ident)*;)*) => { $({
                let record = <$record>::unpack(&bytes);
                $(
                    let field = <$record>::FIELDS.iter().find(|f| f.name == stringify!($field));
                    let field = field.unwrap();
                    let value = (0..field.width)
                        .fold(0, |value, i| value | bit(&bytes, field.lsb + i) << i);
                    assert_eq!(u64::from(record.$field), value, "{}", field.name);
                )*
                let packed = record.pack();
                let same = (0..<$record>::BITS).all(|at| bit(&packed, at) == bit(&bytes, at));
                assert!(same, "{}", <$record>::RECORD.name);
            })* };
        }
        check! {
            Key: kind peer address local peer_port discriminator;
            Action: verdict outgoing server discriminator sa generation;
            StashRow: valid entry key_low key_high;
            Counters: packets bytes last_seen;
            PuntDescriptor: length copy entry generation reserved_high;
            spec::meta::Plan: send port destination_mac source_mac ttl tunnel tunnel_offset;
            spec::meta::Parsed: source entry source_address tunnel_offset;
        }
    }
}
