//! Generated. Barretenberg's Poseidon2 parameters for BN254 and width 4, as numbers (not Montgomery).
//!
//! Round constants: the output of the Grain LFSR of the Poseidon paper (eprint 2019/458, appendix F)
//! seeded with field 1, S-box 0, 254 bits, width 4, 8 full and 56 partial rounds; 254 bits a draw,
//! draws not below the modulus discarded; four constants a full round, one a partial round.
//!
//! Internal diagonal: the next draws of the same generator, reduced instead of discarded; the fifth
//! four of them, the first to pass the designers' invariant-subspace test. Kept minus one, because
//! the matrix of ones supplies the one.
//!
//! The test `constants_follow_from_the_grain_lfsr` derives all of them again. They equal Barretenberg's
//! `poseidon2_params.hpp` (and the npm package @zkpassport/poseidon2), from which they were read.

use crate::field::Field;

const fn constant(words: [u64; 4]) -> Field {
    match Field::from_words(words) {
        Ok(element) => element,
        Err(_) => panic!("a constant is not below the modulus"),
    }
}

/// The diagonal of the internal matrix, less one.
#[rustfmt::skip]
pub static DIAGONAL_MINUS_ONE: [Field; 4] = [
    constant([0xb568_21fd_19d3_b6e7, 0x0d03_f989_29ca_1d7f, 0x04b1_e03b_4bd9_490c, 0x10dc_6e9c_006e_a38b]),
    constant([0xa86b_38cf_b45a_740b, 0x99df_9756_d4dd_9b84, 0x0149_b3d0_a30b_3bb5, 0x0c28_145b_6a44_df3e]),
    constant([0x7006_7d00_141c_ac15, 0xb21f_75bb_60e3_5961, 0xb2c7_645a_5039_2798, 0x0054_4b83_3879_1518]),
    constant([0x13bc_5344_33ee_428b, 0x52e1_05a3_b8fa_8526, 0x2e2e_82eb_1227_89e3, 0x222c_0117_5718_386f]),
];

/// Constants of the four full rounds before and the four after the partial ones.
#[rustfmt::skip]
pub static FULL_ROUNDS: [[Field; 4]; 8] = [
    [
        constant([0x8b08_78e2_69ed_23e5, 0x02bb_8674_4edc_2623, 0x48da_1d39_bd5e_4a43, 0x19b8_49f6_9450_b068]),
        constant([0xad47_f80c_8dcf_34d6, 0x20eb_2cc7_450a_cc1d, 0x7239_347b_758f_0a13, 0x265d_dfe1_27dd_51bd]),
        constant([0x3dfc_36ba_b497_d8aa, 0x4108_ac84_5015_c2aa, 0xe0f6_6a54_5e1e_5162, 0x1997_50ec_472f_1809]),
        constant([0xd032_f787_c7f1_cdf8, 0x4d74_3ea2_5067_f0ff, 0x110f_06a5_f743_02b1, 0x157f_f3fe_65ac_7208]),
    ],
    [
        constant([0xfe18_f489_6ac9_4902, 0x0b15_c590_692f_8bee, 0x5fd3_5ac4_5fca_33f1, 0x2e49_c43c_4569_dd9c]),
        constant([0x2731_345f_fa2d_1f1e, 0xcb2f_0b69_73c2_4fa8, 0x0d4a_ef2b_6d65_06c3, 0x0e35_fb89_9818_9052]),
        constant([0xc6fe_7230_02e0_b996, 0xa9d9_e780_6d66_7ffe, 0x05f1_09ae_5e94_4f1b, 0x251a_d47c_b15c_4f11]),
        constant([0x563f_a39d_9c22_df4e, 0xf8be_b56f_dd05_e5f3, 0x9873_e971_6023_4641, 0x13da_07dc_64d4_2836]),
    ],
    [
        constant([0x46e7_b890_55fd_4738, 0xa553_9396_89d3_50cd, 0x3dc0_0c7d_ccef_7483, 0x0c00_9b84_e650_e6d2]),
        constant([0x203d_ec74_befd_ca06, 0x04eb_650c_6d53_5eb0, 0x0199_2e39_56f4_2d8b, 0x011f_16b1_c63a_854f]),
        constant([0x85df_0709_3f36_7549, 0x2f3f_78d0_467a_d454, 0x209d_9a56_1daa_7961, 0x0ed6_9e5e_383a_688f]),
        constant([0x4636_7226_4c9f_789b, 0x3aec_507f_5eb3_d33f, 0x21ac_ad41_472b_6bbe, 0x04db_a94a_7b0c_e9e2]),
    ],
    [
        constant([0xce73_2ff1_d4fa_28e8, 0x6036_757d_4bb5_0bf7, 0x6eb0_9427_1c9d_237b, 0x0a3f_2637_d840_f3a1]),
        constant([0xe54a_485d_1182_323f, 0x39b1_f075_5695_64b6, 0x8f8a_1c50_2fdb_38fa, 0x259a_666f_129e_ea19]),
        constant([0x7a32_fdf7_ede0_d6a1, 0x7745_d427_1038_e515, 0xd8e7_d06a_4ee3_a47f, 0x28bf_7459_c9b2_f4c6]),
        constant([0xec91_bd69_4143_2447, 0xc37c_85bb_cce6_a2ae, 0x26ea_200f_489b_e8d4, 0x0a1c_a941_f057_0375]),
    ],
    [
        constant([0xf3b1_6ef2_b140_5d38, 0xab0f_b85f_6be6_3b09, 0x77eb_757b_c6f2_87f6, 0x1797_130f_4b7a_3e17]),
        constant([0x36c6_6855_5dec_c6e5, 0x8c7f_497c_2015_6d4d, 0x3306_c85a_bab5_9e60, 0x0a76_225d_c041_70ae]),
        constant([0x9617_4b53_26a3_1a5c, 0xf8fa_76d4_8acb_6647, 0xa1e7_7a7b_9320_9af6, 0x1fff_b9ec_1992_d66b]),
        constant([0x0611_889b_797b_9c5f, 0x5f8f_bba6_c6b9_c609, 0x53b5_7c33_8fa5_38d8, 0x2572_1c4f_c15a_3f28]),
    ],
    [
        constant([0xeb63_b982_bfca_f75a, 0xadb4_c379_0705_da95, 0x215e_3d07_ba19_7216, 0x0c81_7fd4_2d5f_7a41]),
        constant([0x2bc1_5866_e52b_5a96, 0xdf8c_f86c_e00a_2200, 0x9f7e_13c2_c249_70b6, 0x13ab_e3f5_2399_15d3]),
        constant([0x92cd_60ac_b4d3_91ce, 0x5c1b_c3dc_29bd_bd7a, 0x12ef_7f39_987a_46c8, 0x2106_feea_5462_24ea]),
        constant([0x57e1_b334_5bb0_f959, 0xf1ca_5a28_c748_bc71, 0xaaa7_9474_a37d_ab49, 0x21ca_8594_68a7_46b6]),
    ],
    [
        constant([0x8f1a_4899_9e34_185b, 0x2911_d14d_0321_662a, 0x5cf1_f0df_9341_94c6, 0x05cc_d625_5c1e_6f0c]),
        constant([0xea28_678c_b094_90a4, 0x16c4_fb26_7fe4_4fe6, 0xe464_d846_674c_4c88, 0x0f0e_34a6_4b70_a626]),
        constant([0x8f5b_1a8a_2de0_d4bf, 0x47db_fcfe_350d_6483, 0x6157_794c_a36d_0e96, 0x0558_531a_4e25_470c]),
        constant([0xb72f_5864_961f_1455, 0x924c_adad_3f65_5a60, 0xceea_1251_5768_3d18, 0x09d3_dca9_173e_d2fa]),
    ],
    [
        constant([0x17d4_c722_e5bd_4335, 0xf23f_92d6_8aae_c486, 0x493f_866e_d03d_218b, 0x0328_cbd5_4e8c_0913]),
        constant([0xee33_47dd_5329_d34b, 0xe79e_7bcc_9798_c648, 0x23a4_87b1_a709_4e07, 0x2bf0_7216_e2af_f0a2]),
        constant([0x111e_11a6_3fe4_12df, 0xd6f7_8ed6_a6df_fc82, 0x6499_c583_cb76_c316, 0x1daf_345a_5800_6b73]),
        constant([0x391e_6f22_93d2_c404, 0x1ef3_9039_b2ed_c7ff, 0x46b6_94c6_0e18_2361, 0x1765_6347_2456_aaa7]),
    ],
];

/// One constant a partial round, for the first element.
#[rustfmt::skip]
pub static PARTIAL_ROUNDS: [Field; 56] = [
    constant([0xb43a_26fd_9263_61cf, 0x5535_ed15_39f0_51dc, 0x53d7_fd4f_c545_1285, 0x0c6f_8f95_8be0_e930]),
    constant([0x84dd_57e6_9caa_f811, 0xa9e8_a007_08e2_96e0, 0xd426_e812_8ac9_d90a, 0x1231_06a9_3cd1_7578]),
    constant([0x7b07_4867_cd2d_ee75, 0x5e8f_a83f_f1e8_f187, 0x7dd3_ab52_f8e8_4008, 0x26e1_ba52_ad92_85d9]),
    constant([0x4471_537e_6a4a_e2c5, 0xbe4d_8b7b_f9e0_9586, 0x18a6_4c5c_47b9_c97c, 0x1cb5_5cad_7bd1_33de]),
    constant([0x7143_f08e_6e90_55d0, 0x2a53_043d_5060_a41c, 0x0e2c_7ce0_4bde_7f6d, 0x1dcd_73e4_6acd_8f8e]),
    constant([0xb12b_9bb4_512e_5574, 0x0cda_294a_0eb4_e9b9, 0xf585_2f05_474a_4def, 0x0110_03e3_2f6d_9c66]),
    constant([0xd7c5_08dd_2287_ae8c, 0xbadf_e590_3f58_bafe, 0x9ad5_f20d_03a5_7dfe, 0x2b1e_809a_c1d1_0ab2]),
    constant([0xeaa6_9ae8_7bce_c0a5, 0xef99_5d05_ab2f_c5fa, 0x9fb4_dac3_5ee1_7ed0, 0x2539_de17_85b7_3599]),
    constant([0x4398_2cb1_1d77_951d, 0xf4e1_c3d4_1c86_d46e, 0x2649_7f22_2b3e_0a0e, 0x0c24_6c5a_2ef8_ee01]),
    constant([0x3f03_05f5_d03b_527b, 0xbb09_e6a6_ad1a_1c2f, 0x5408_148f_7c06_32ed, 0x1920_89c4_974f_68e9]),
    constant([0x6d8f_dc2f_b5a6_0d85, 0x8529_097d_9109_6b75, 0x6a0e_e36e_eb0d_0c05, 0x1eae_0ad8_ab68_b2f0]),
    constant([0x9768_bd98_c5d0_6bfb, 0xdb6e_2fdc_0dee_99e6, 0xe46f_8282_872a_bc88, 0x1791_90e5_d0e2_2179]),
    constant([0x6caf_e794_a9b3_cd1c, 0x1452_8f7d_b00f_31bf, 0x76e9_a81c_7ac4_b832, 0x29bb_9e2c_9076_7325]),
    constant([0xb10e_590e_6e69_1e08, 0x5265_2645_882a_ac35, 0x403e_fd0c_2464_a90d, 0x225d_394e_4220_7599]),
    constant([0xe09e_fd45_4b23_fd59, 0x2be1_3557_451c_087d, 0x753d_2380_55b4_4453, 0x0647_6062_3c25_c8cf]),
    constant([0x9229_10a7_8f6b_5b87, 0x4d67_f4bf_42a7_5c10, 0x7f30_1c4b_716d_8a39, 0x10ba_3a0e_01df_92e8]),
    constant([0x361b_7769_3f21_471c, 0xcb51_1bc0_c242_eb9d, 0x4f9c_6e96_b0c2_a801, 0x0e07_0bf5_3f84_51b2]),
    constant([0xa7f9_2101_4de2_52fb, 0xccd6_cb11_d249_1d8a, 0xd397_55ff_9382_1a73, 0x1b94_cd61_b051_b04d]),
    constant([0x0487_b5aa_7d74_070b, 0x9d4e_917d_5713_bb05, 0xe148_787a_2e70_230f, 0x1d7c_b39b_afb8_c744]),
    constant([0xbb74_ac1f_303b_17db, 0x8785_c296_1829_f701, 0x9117_d0fe_980c_80ff, 0x2ec9_3189_bd1a_b4f6]),
    constant([0x82ea_46bd_8351_7926, 0xeac4_04a1_9ae0_7a90, 0xa692_bb82_5b86_275b, 0x2db3_66bf_dd36_d277]),
    constant([0xdc99_cec6_9607_11b8, 0x9852_7542_8450_359a, 0x6965_5cf1_86a6_8532, 0x0621_00eb_485d_b062]),
    constant([0x00c5_67bf_41f5_a59b, 0x2024_3f92_fa59_e4f9, 0x570e_7f1e_8244_ca11, 0x0761_d33c_6661_4aaa]),
    constant([0xf7a7_2e49_4855_ad0d, 0x5d78_608a_0f7d_e4cc, 0x2c27_05aa_034e_3f31, 0x20fc_411a_114d_1399]),
    constant([0xc3a3_0f31_7250_bc5a, 0x102c_67e8_b3ef_fb5f, 0xadd9_ec4e_9ab2_19ba, 0x25b5_c004_a4bd_fcb5]),
    constant([0xd87e_7dff_62b3_7f4b, 0x038b_186d_8474_155a, 0xa494_e58f_6df6_f5ed, 0x23b1_822d_278e_d632]),
    constant([0x1610_2a29_cc2f_69e0, 0x0f14_d13b_fcfc_ccaa, 0x606c_4ba9_0124_99bf, 0x2273_4b4c_5c3f_9493]),
    constant([0x5441_3d3f_ad79_5ce5, 0xe5bd_ff40_9aa3_6102, 0xe27a_74dc_3349_2347, 0x26c0_c8fe_09eb_30b7]),
    constant([0xbbd6_26df_348c_cad9, 0x196b_e308_3a80_9829, 0xe88e_ac03_fa1f_bb26, 0x070d_d0cc_b6bd_7bba]),
    constant([0x6067_c4eb_fd42_50da, 0xc2c0_a6de_46d8_c5ad, 0xb043_ba78_bb28_c3be, 0x12b6_595b_db32_9b6f]),
    constant([0x5e33_d95b_b7e8_d729, 0xc06f_ca9b_275c_671c, 0x3bec_30e7_a587_6c11, 0x248d_97d7_f762_83d6]),
    constant([0x106d_15d9_bd9b_aaaa, 0x8b45_eb75_9ddd_e4aa, 0x16fc_6fd6_4cc9_3931, 0x1a30_6d43_9d46_3b08]),
    constant([0x0d62_d3d6_ec7c_56cf, 0xf4f1_b54d_dc27_821b, 0xced7_c004_21cb_4621, 0x28a8_f837_2e3c_38da]),
    constant([0xbc85_2183_e1e2_ce7e, 0x071c_e320_c829_f388, 0xbb35_152f_24d4_3294, 0x0094_9757_17f9_a8a8]),
    constant([0xf410_3246_db2e_8d65, 0x593f_74d4_f653_ae83, 0x80fd_e60d_7164_80d3, 0x04d5_ee4c_3aa7_8f7d]),
    constant([0xd084_95c1_2efd_e187, 0xc7be_f54b_8822_cc76, 0x6349_ad6f_b8ed_2269, 0x2a6c_f5e9_aa03_d433]),
    constant([0xbaae_48d7_efcb_a3f3, 0xf792_1808_08fd_6e43, 0x9274_da43_e19d_deb7, 0x2304_d31e_aab9_60ba]),
    constant([0xe1c1_1d39_d199_f0b0, 0xbff0_8a7e_0726_fcb4, 0xd5e7_0097_8581_7249, 0x03fd_9ac8_65a4_b2a6]),
    constant([0x3f79_54d4_d63b_0b64, 0x798a_fc3a_2091_9307, 0x2248_404d_55ee_5044, 0x00b7_258d_ed52_bbda]),
    constant([0x6272_c5ca_65e9_2d9a, 0xb13d_3a74_f329_8db3, 0xec38_fca2_d4bf_65eb, 0x159f_81ad_a077_1799]),
    constant([0x71e1_44cf_4264_431f, 0x9000_130e_a25f_0c54, 0x5023_7a75_bc28_e3bb, 0x1ef9_0e67_437f_bc85]),
    constant([0x95a7_9ed8_2932_e30d, 0x8df7_39bc_176b_08ec, 0x196b_49aa_41a2_d256, 0x1e65_f838_515e_5ff0]),
    constant([0x6575_c106_8c94_c33f, 0xb18c_844e_570e_1f82, 0xec6c_e768_d079_ba74, 0x2b1b_045d_ef3a_166c]),
    constant([0xf1c6_e07c_168b_b173, 0x65dc_2d73_bef7_15e3, 0x4025_43b1_1092_29c1, 0x0832_e575_3ceb_0ff6]),
    constant([0xc5a8_e3c3_90b6_ad16, 0xb1b8_41c2_e8b6_451b, 0x6b76_2ae0_a37d_41ba, 0x02f6_14e9_cedf_b3dc]),
    constant([0x0f6a_0be2_7e7e_d705, 0x7370_ebb7_77be_dff4, 0xdd64_0b8e_362c_ad96, 0x0e24_27d3_8bd4_6a60]),
    constant([0x0768_bbe2_9214_a53a, 0x049f_0ec0_98c3_c7c5, 0xeb7c_84d4_14e7_ce79, 0x0493_630b_7c67_0b6d]),
    constant([0x3dc0_6cc8_5327_cea9, 0x6bb1_5153_55d5_461a, 0x4dec_dab1_7066_c5a2, 0x22ea_d100_e8e4_8267]),
    constant([0xe508_4e0b_6d2a_6f16, 0x583f_1ae3_5626_d04d, 0xaae2_626e_d255_4d48, 0x25b3_e56e_655b_42cd]),
    constant([0x4b4f_dc0a_0cf6_f9d0, 0xb599_c336_349e_4c58, 0x5837_a6cd_e8ff_13db, 0x1e32_752a_da88_36ef]),
    constant([0x72a9_8640_74d4_12e5, 0x23c0_0995_f050_78f6, 0xc50f_68f6_f3c3_455b, 0x2fa2_a871_c15a_387c]),
    constant([0xcd18_e7c7_a7d8_3505, 0x54cc_bf10_661b_ab7f, 0x278e_1db7_311e_889f, 0x2f56_9b8a_9a44_24c9]),
    constant([0x4416_5374_b246_b43d, 0xa7df_93f7_332f_fd21, 0x531a_de53_0234_c518, 0x044c_b455_110a_8fdd]),
    constant([0x78dd_c723_a531_9025, 0x91fe_8c90_adfe_1181, 0x4202_4615_7f2e_42b1, 0x2278_08de_9390_6d5d]),
    constant([0x8579_d2e7_a680_0355, 0x5d03_781a_e090_ad4a, 0x623a_dead_8735_7986, 0x02fc_ca29_34e0_46bc]),
    constant([0xcbec_2e06_0d8b_efac, 0xbad3_f3c5_ab91_a8dd, 0x6abc_cceb_344a_1d36, 0x0ef9_15f0_ac12_0b87]),
];
