//! Sentences and what they report, by language: the API may change, the cases stay.

use demarche::decode::DecodeLimits;
use demarche::event::wire::EventRecord;
use demarche::knowledge::{Knowledge, KnowledgeFiles};
use demarche::pipeline::outcome::Outcome;
use demarche::pipeline::record::Record;
use demarche::pipeline::{Core, PublishLimits, process};

/// `type status PARTIES roles date place`, one line an event.
fn line(event: &EventRecord) -> String {
    let parties: Vec<&str> = event.parties.iter().map(|party| party.code.as_str()).collect();
    let people: Vec<String> = event
        .participants
        .iter()
        .map(|person| format!("{}/{}", person.name, person.role.map_or("-", |role| role.as_str())))
        .collect();
    let date = event.date.as_ref().map_or("-", |date| date.value.as_str());
    let place = event.place.as_ref().map_or("-", |place| place.name.as_str());
    format!(
        "{} {} {} [{}] {date} {place}",
        event.kind,
        event.status,
        parties.join("-"),
        people.join(", ")
    )
}

thread_local! {
    pub static CORE: Core = Core {
        knowledge: Knowledge::compile(&KnowledgeFiles::embedded()).unwrap(),
        decode: DecodeLimits::default(),
        publish: PublishLimits::default(),
    };
}

/// All items are published on Thursday, 20 November 2025.
#[track_caller]
fn check(lang: &str, body: &str, expected: &[&str]) {
    let payload = serde_json::json!({ "body": body, "language": lang, "published_at": "2025-11-20" }).to_string();
    let record = Record {
        payload: Some(payload.into_bytes()),
        ..Record::default()
    };
    let lines: Vec<String> = match CORE.with(|core| process(&record, core)) {
        Outcome::Events(events) => events.records().iter().map(line).collect(),
        Outcome::NoEvent { .. } => Vec::new(),
        Outcome::DeadLetter(rejection) => panic!("{rejection}"),
    };
    assert_eq!(lines, expected, "in {body:?}");
}

#[test]
fn indonesian_meetings() {
    let id = |body: &str, expected: &[&str]| check("id", body, expected);
    id(
        "Menlu RI Sugiono bertemu Menlu Singapura Vivian Balakrishnan di Singapura, Selasa (18/11).",
        &["bilateral_meeting held IDN-SGP [Sugiono/foreign_minister, Vivian Balakrishnan/foreign_minister] 2025-11-18 Singapore"],
    );
    id(
        "Sugiono, menteri luar negeri Indonesia, menerima kunjungan kehormatan Menteri Luar Negeri Laos Thongsavan Phomvihane di Jakarta kemarin.",
        &[
            "bilateral_meeting held IDN-LAO [Sugiono/foreign_minister, Thongsavanh Phomvihane/foreign_minister] 2025-11-19 Jakarta",
        ],
    );
    id(
        "Perdana Menteri Belanda Dick Schoof diterima oleh Presiden Polandia Karol Nawrocki di Warsawa pada Senin (17/11/2025).",
        &["bilateral_meeting held NLD-POL [Dick Schoof/head_of_government, Karol Nawrocki/head_of_state] 2025-11-17 Warsaw"],
    );
    id(
        "Menteri Luar Negeri Mesir Badr Abdelatty dan mitranya dari Turki, Hakan Fidan, bertemu di Ankara, Rabu.",
        &["bilateral_meeting held EGY-TUR [Badr Abdelatty/foreign_minister, Hakan Fidan/foreign_minister] 2025-11-19 Ankara"],
    );
    id(
        "Presiden Brasil Luiz Inácio Lula da Silva akan menemui Perdana Menteri India Narendra Modi di New Delhi pekan depan.",
        &[
            "bilateral_meeting planned BRA-IND [Luiz Inácio Lula da Silva/head_of_state, Narendra Modi/head_of_government] - New Delhi",
        ],
    );
    id(
        "Pertemuan antara Presiden Rusia Vladimir Putin dan Presiden AS Donald Trump di Budapest ditunda.",
        &["bilateral_meeting cancelled RUS-USA [Vladimir Putin/head_of_state, Donald Trump/head_of_state] - Budapest"],
    );
    id(
        "Di sela-sela KTT G20, PM Australia Anthony Albanese mengadakan pertemuan bilateral dengan PM Kanada Mark Carney, Rabu (19/11).",
        &["bilateral_meeting held AUS-CAN [Anthony Albanese/head_of_government, Mark Carney/head_of_government] 2025-11-19 -"],
    );
    id(
        "Menlu Maroko Nasser Bourita tiba di Paris. Ia kemudian bertemu dengan Menlu Prancis Jean-Noël Barrot, Rabu (19/11).",
        &[
            "visit held FRA-MAR [Nasser Bourita/foreign_minister] 2025-11-19 Paris",
            "bilateral_meeting held FRA-MAR [Jean-Noël Barrot/foreign_minister, Nasser Bourita/foreign_minister] 2025-11-19 Paris",
        ],
    );
}

#[test]
fn indonesian_actors() {
    let id = |body: &str, expected: &[&str]| check("id", body, expected);
    id(
        "Wakil Presiden Gibran Rakabuming Raka menerima Duta Besar Arab Saudi untuk Indonesia Faisal Abdullah Al-Amoudi di Jakarta.",
        &["bilateral_meeting held IDN-SAU [Gibran Rakabuming Raka/deputy_head, Faisal Abdullah Al-Amoudi/ambassador] - Jakarta"],
    );
    id(
        "Menteri Luar Negeri Papua Nugini (PNG) Oro Kila bertemu Menlu RI Sugiono.",
        &["bilateral_meeting held IDN-PNG [Sugiono/foreign_minister, Oro Kila/foreign_minister] - -"],
    );
    id(
        "Seusai pertemuan dengan Menlu Jepang Toshimitsu Motegi, Menlu RI Sugiono menyampaikan terima kasih.",
        &["bilateral_meeting held IDN-JPN [Sugiono/foreign_minister, Toshimitsu Motegi/foreign_minister] - -"],
    );
}

#[test]
fn indonesian_dialogues() {
    check(
        "id",
        "Indonesia dan Australia menggelar pertemuan 2+2 kesembilan di Canberra, Rabu (19/11).",
        &["strategic_dialogue held AUS-IDN [] 2025-11-19 Canberra"],
    );
    check(
        "id",
        "Menteri Luar Negeri Vietnam Le Hoai Trung menggelar dialog strategis ke-3 dengan Menteri Luar Negeri Thailand Sihasak Phuangketkeow di Bangkok, Rabu (19/11).",
        &[
            "strategic_dialogue held THA-VNM [Sihasak Phuangketkeow/foreign_minister, Le Hoai Trung/foreign_minister] 2025-11-19 Bangkok",
        ],
    );
}

#[test]
fn indonesian_no_events() {
    for body in [
        "Timnas Indonesia bertemu Vietnam di semifinal Piala AFF, Rabu (19/11).",
        "Presiden Prabowo Subianto bertemu para ketua umum partai politik di Istana Merdeka, Jakarta.",
        "Presiden Prabowo Subianto mengundang Presiden Prancis Emmanuel Macron untuk bertemu di Jakarta.",
        "Presiden Rusia Vladimir Putin tidak bertemu dengan Presiden AS Donald Trump di Alaska.",
        "Menteri Perdagangan Budi Santoso bertemu direktur utama perusahaan asal Jepang di Jakarta.",
        "Akankah Presiden Prabowo Subianto bertemu Presiden Rusia Vladimir Putin?",
        "Menlu Sugiono menerima surat dari Menlu Jepang Toshimitsu Motegi.",
    ] {
        check("id", body, &[]);
    }
}

#[test]
fn english_meetings() {
    let en = |body: &str, expected: &[&str]| check("en", body, expected);
    en(
        "Singapore's Foreign Minister Vivian Balakrishnan met his Indonesian counterpart Sugiono in Singapore on Tuesday.",
        &["bilateral_meeting held IDN-SGP [Sugiono/foreign_minister, Vivian Balakrishnan/foreign_minister] 2025-11-18 Singapore"],
    );
    en(
        "Polish President Karol Nawrocki received Dutch Prime Minister Dick Schoof in Warsaw on November 17, 2025.",
        &["bilateral_meeting held NLD-POL [Dick Schoof/head_of_government, Karol Nawrocki/head_of_state] 2025-11-17 Warsaw"],
    );
    en(
        "Badr Abdelatty, Egypt's foreign minister, held talks with Turkish Foreign Minister Hakan Fidan in Ankara yesterday.",
        &["bilateral_meeting held EGY-TUR [Badr Abdelatty/foreign_minister, Hakan Fidan/foreign_minister] 2025-11-19 Ankara"],
    );
    en(
        "A meeting between US President Donald Trump and Russian President Vladimir Putin in Budapest has been postponed.",
        &["bilateral_meeting cancelled RUS-USA [Vladimir Putin/head_of_state, Donald Trump/head_of_state] - Budapest"],
    );
    en(
        "Indian Prime Minister Narendra Modi will meet Brazilian President Luiz Inácio Lula da Silva in New Delhi on Friday.",
        &[
            "bilateral_meeting planned BRA-IND [Luiz Inácio Lula da Silva/head_of_state, Narendra Modi/head_of_government] 2025-11-21 New Delhi",
        ],
    );
    en(
        "The Prime Minister of Australia, Anthony Albanese, was received by the Prime Minister of Canada, Mark Carney, in Ottawa on Wednesday.",
        &[
            "bilateral_meeting held AUS-CAN [Anthony Albanese/head_of_government, Mark Carney/head_of_government] 2025-11-19 Ottawa",
        ],
    );
    en(
        "Moroccan Foreign Minister Nasser Bourita arrived in Paris on Wednesday. He later met French Foreign Minister Jean-Noël Barrot.",
        &[
            "visit held FRA-MAR [Nasser Bourita/foreign_minister] 2025-11-19 Paris",
            "bilateral_meeting held FRA-MAR [Jean-Noël Barrot/foreign_minister, Nasser Bourita/foreign_minister] 2025-11-19 Paris",
        ],
    );
    en(
        "Wang Yi and Sergei Lavrov met in Moscow on Wednesday. The two ministers discussed energy.",
        &["bilateral_meeting held CHN-RUS [Wang Yi/foreign_minister, Sergey Lavrov/foreign_minister] 2025-11-19 Moscow"],
    );
}

#[test]
fn english_dialogues() {
    check(
        "en",
        "Vietnam and Thailand held their third strategic dialogue in Bangkok on Wednesday.",
        &["strategic_dialogue held THA-VNM [] 2025-11-19 Bangkok"],
    );
    check(
        "en",
        "The ninth Australia-Indonesia 2+2 meeting was held in Canberra on Wednesday, co-chaired by Australian Foreign Minister Penny Wong and Indonesian Foreign Minister Sugiono.",
        &["strategic_dialogue held AUS-IDN [Penny Wong/foreign_minister, Sugiono/foreign_minister] 2025-11-19 Canberra"],
    );
}

#[test]
fn english_no_events() {
    for body in [
        "England met Germany in the final of the tournament in Berlin on Wednesday.",
        "President Donald Trump met Republican lawmakers at the White House on Wednesday.",
        "French President Emmanuel Macron invited Indonesian President Prabowo Subianto to meet in Paris.",
        "Russian President Vladimir Putin has not met Ukrainian President Volodymyr Zelensky.",
        "If Russian President Vladimir Putin were to meet Ukrainian President Volodymyr Zelensky, much would change.",
        "The chief executive of a Japanese company met the head of a German rival in Zurich on Wednesday.",
        "Will Russian President Vladimir Putin meet Ukrainian President Volodymyr Zelensky?",
    ] {
        check("en", body, &[]);
    }
}

#[test]
fn chinese_meetings() {
    let zh = |body: &str, expected: &[&str]| check("zh", body, expected);
    zh(
        "新华社安卡拉11月19日电（记者 李某）埃及外长阿卜杜勒阿提19日在安卡拉同土耳其外长费丹举行会谈。",
        &["bilateral_meeting held EGY-TUR [阿卜杜勒阿提/foreign_minister, 费丹/foreign_minister] 2025-11-19 Ankara"],
    );
    zh(
        "法国外长巴罗将于下周一访问贝鲁特。",
        &["visit planned FRA-LBN [巴罗/foreign_minister] 2025-11-24 Beirut"],
    );
    zh(
        "外交部副部长高原14日在京会见挪威驻华大使霍尔姆。",
        &["bilateral_meeting held CHN-NOR [高原/deputy_minister, 霍尔姆/ambassador] 2025-11-14 -"],
    );
    zh(
        "第三轮中法战略对话18日在巴黎举行。",
        &["strategic_dialogue held CHN-FRA [] 2025-11-18 Paris"],
    );
    zh(
        "挪威外交大臣艾德18日受到肯尼亚总统鲁托接见。",
        &["bilateral_meeting held KEN-NOR [鲁托/head_of_state, 艾德/foreign_minister] 2025-11-18 -"],
    );
    zh(
        "去年11月3日，肯尼亚总统鲁托与挪威首相斯特勒在奥斯陆会晤。",
        &["bilateral_meeting past KEN-NOR [鲁托/head_of_state, 斯特勒/head_of_government] 2024-11-03 Oslo"],
    );
    zh(
        "斯特勒首相17日至19日访问肯尼亚，并与鲁托总统会谈。",
        &[
            "visit held KEN-NOR [斯特勒/head_of_government] 2025-11-17 -",
            "bilateral_meeting held KEN-NOR [鲁托/head_of_state, 斯特勒/head_of_government] 2025-11-17 -",
        ],
    );
}

#[test]
fn chinese_texts_without_events() {
    for body in [
        "德国队将与日本队在小组赛会面，日本队主教练表示球员状态良好。",
        "外长王毅应当会见美国国务卿。",
        "中方希望同美方举行战略对话。",
        "国务院总理李强19日主持召开国务院常务会议。",
        "日报记者19日在日内瓦报道，天气晴朗。",
    ] {
        check("zh", body, &[]);
    }
}

#[test]
fn russian_meetings() {
    let ru = |body: &str, expected: &[&str]| check("ru", body, expected);
    ru(
        "АНКАРА, 19 ноя. Глава египетского МИД Бадр Абдельати встретился с Хаканом Фиданом.",
        &["bilateral_meeting held EGY-TUR [Бадр Абдельати/foreign_minister, Хакан Фидан/foreign_minister] 2025-11-19 Ankara"],
    );
    ru(
        "Президента Сербии Александра Вучича принял в среду в Москве Владимир Путин.",
        &["bilateral_meeting held RUS-SRB [Владимир Путин/head_of_state, Александр Вучич/head_of_state] 2025-11-19 Moscow"],
    );
    ru(
        "Путин с Токаевым провели переговоры в Астане 18 ноября.",
        &["bilateral_meeting held KAZ-RUS [Касым-Жомарт Токаев/head_of_state, Владимир Путин/head_of_state] 2025-11-18 Astana"],
    );
    ru(
        "С главой МИД Кении Мусалией Мудавади 17 ноября в Осло встретился министр иностранных дел Норвегии Эспен Барт Эйде.",
        &[
            "bilateral_meeting held KEN-NOR [Мусалией Мудавади/foreign_minister, Эспен Барт Эйде/foreign_minister] 2025-11-17 Oslo",
        ],
    );
    ru(
        "Переговоры глав МИД Норвегии и Кении пройдут в Осло 25 ноября.",
        &[
            "bilateral_meeting planned KEN-NOR [Musalia Mudavadi/foreign_minister, Espen Barth Eide/foreign_minister] 2025-11-25 Oslo",
        ],
    );
    ru(
        "В Вашингтоне прошел пятый американо-казахстанский стратегический диалог.",
        &["strategic_dialogue held KAZ-USA [] - Washington"],
    );
}

#[test]
fn russian_texts_without_events() {
    for body in [
        "Россия и Дания встретились в матче группового этапа.",
        "Лавров мог бы встретиться с Рубио, если Вашингтон предложит дату.",
        "Президент России Владимир Путин провел встречу с губернатором Курской области.",
        // No Wednesday: months and weekdays are taken with the endings that are listed.
        "Среди участников переговоров были пятнадцать компаний Китая.",
    ] {
        check("ru", body, &[]);
    }
}

#[test]
fn one_encounter_in_four_languages_has_one_id() {
    let id = |lang: &str, body: &str| {
        let payload = serde_json::json!({ "body": body, "language": lang, "published_at": "2025-11-20" }).to_string();
        let record = Record {
            payload: Some(payload.into_bytes()),
            ..Record::default()
        };
        match CORE.with(|core| process(&record, core)) {
            Outcome::Events(events) => events.records().first().map(|event| event.event_id.clone()),
            Outcome::NoEvent { .. } | Outcome::DeadLetter(_) => None,
        }
    };
    let indonesian = id(
        "id",
        "Menlu Mesir Badr Abdelatty bertemu Menlu Turki Hakan Fidan di Ankara, Rabu (19/11).",
    );
    let english = id(
        "en",
        "Turkey's foreign minister, Hakan Fidan, received his Egyptian counterpart, Badr Abdelatty, in Ankara on Wednesday.",
    );
    let chinese = id("zh", "埃及外长阿卜杜勒阿提19日在安卡拉同土耳其外长费丹举行会谈。");
    let russian = id(
        "ru",
        "Министр иностранных дел Турции Хакан Фидан принял в Анкаре 19 ноября главу египетского МИД Бадра Абдельати.",
    );
    assert!(indonesian.is_some());
    assert_eq!(indonesian, english);
    assert_eq!(indonesian, chinese);
    assert_eq!(indonesian, russian);
}

#[test]
fn other_types() {
    let id = |body: &str, expected: &[&str]| check("id", body, expected);
    id(
        "Menlu Norwegia Espen Barth Eide tiba di Nairobi, Rabu (19/11). Pada hari yang sama, Eide mengadakan dialog strategis kedua antara menteri luar negeri Norwegia-Kenya dengan Menteri Luar Negeri Kenya, Musalia Mudavadi.",
        &[
            "visit held KEN-NOR [Espen Barth Eide/foreign_minister] 2025-11-19 Nairobi",
            "strategic_dialogue held KEN-NOR [Musalia Mudavadi/foreign_minister, Espen Barth Eide/foreign_minister] 2025-11-19 Nairobi",
        ],
    );
    let en = |body: &str, expected: &[&str]| check("en", body, expected);
    id(
        "Presiden Prabowo Subianto berbicara dengan Presiden Prancis Emmanuel Macron melalui telepon.",
        &["phone_call held FRA-IDN [Emmanuel Macron/head_of_state, Prabowo Subianto/head_of_state] - -"],
    );
    en(
        "US Secretary of State Marco Rubio spoke by phone with Russian Foreign Minister Sergei Lavrov.",
        &["phone_call held RUS-USA [Sergey Lavrov/foreign_minister, Marco Rubio/foreign_minister] - -"],
    );
    en(
        "Ghana recalled its ambassador to Burkina Faso on Monday.",
        &["envoy held BFA-GHA [] 2025-11-17 -"],
    );
    id(
        "Kementerian Luar Negeri RI memanggil Duta Besar Swedia di Jakarta, Selasa.",
        &["envoy held IDN-SWE [] 2025-11-18 Jakarta"],
    );
    en(
        "Tanzania and Malawi restored diplomatic relations on Monday.",
        &["relations held MWI-TZA [] 2025-11-17 -"],
    );
    en(
        "Canada imposed sanctions on twelve officials and three companies from Myanmar on Wednesday.",
        &["sanction held CAN-MMR [] 2025-11-19 -"],
    );
    id(
        "Kunjungan Presiden Brasil Luiz Inacio Lula da Silva ke Indonesia ditunda.",
        &["visit cancelled BRA-IDN [Luiz Inácio Lula da Silva/head_of_state] - -"],
    );
    en(
        "Japan's Prime Minister Sanae Takaichi sent a message of condolence to Vietnamese President Luong Cuong over the floods.",
        &["message held JPN-VNM [Sanae Takaichi/head_of_government, Luong Cuong/head_of_state] - -"],
    );
    en(
        "The European Union and Uzbekistan signed a partnership agreement in Brussels on Tuesday.",
        &["agreement held EU-UZB [] 2025-11-18 Brussels"],
    );
    en(
        "Peace talks between Armenia and Azerbaijan resumed in Geneva on Monday.",
        &["negotiation held ARM-AZE [] 2025-11-17 Geneva"],
    );
    en(
        "The presidents of Togo, Benin and Ghana met in Lomé on Tuesday.",
        &[
            "multilateral_meeting held BEN-GHA-TGO [Patrice Talon/head_of_state, John Mahama/head_of_state, Jean-Lucien Savi de Tové/head_of_state] 2025-11-18 Lomé",
        ],
    );
}

#[test]
fn welcomes_and_wishes_are_no_meetings() {
    let en = |body: &str, expected: &[&str]| check("en", body, expected);
    en(
        "Samoa's Prime Minister La'auli Leuatea Schmidt was met at the airport by New Zealand's Deputy Prime Minister David Seymour.",
        &[],
    );
    en(
        "Indonesia would welcome talks between the presidents of Rwanda and Congo.",
        &[],
    );
}

#[test]
fn what_will_not_be_is_called_off() {
    check(
        "en",
        "Norwegian Foreign Minister Espen Barth Eide will not be travelling to Kenya as planned.",
        &["visit cancelled KEN-NOR [Espen Barth Eide/foreign_minister] - -"],
    );
}

#[test]
fn the_king_of_many_realms_acts_for_the_first_of_them() {
    check(
        "en",
        "King Charles III was received by Kenyan President William Ruto at State House, Nairobi, on Wednesday.",
        &["bilateral_meeting held GBR-KEN [Charles III/head_of_state, William Ruto/head_of_state] 2025-11-19 Nairobi"],
    );
}
